namespace TorchSharp;

/// <summary>Operators of the shim's own.</summary>
internal static class Operators
{
    /// <summary>
    /// <c>aten::conv_transpose2d</c> with the same arguments; on float32 CPU batches it runs as the dual of a convolution,
    /// which libtorch 1.13 computes several times faster.
    /// </summary>
    internal static readonly Operator ConvTranspose2d = new("compat::conv_transpose2d");
}

namespace TorchSharp;

/// <summary>Operators of the shim's own.</summary>
internal static class Operators
{
    /// <summary>
    /// <c>aten::conv_transpose2d</c> with the same arguments; on float32 CPU batches it runs as the dual of a convolution,
    /// which libtorch 1.13 computes several times faster.
    /// </summary>
    internal static readonly Operator ConvTranspose2d = new("compat::conv_transpose2d");

    /// <summary><c>aten::max_pool2d</c> with the same arguments; contiguous CPU batches go row by row in vectors.</summary>
    internal static readonly Operator MaxPool2d = new("compat::max_pool2d");

    /// <summary>input / (k + alpha·mean of input² over size neighbouring channels)^beta, in one pass on contiguous CPU batches.</summary>
    internal static readonly Operator LocalResponseNorm = new("compat::local_response_norm");
}

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Matrix product of the last two axes of two tensors, the others broadcast, as a layer that the exporter sees.</summary>
public sealed class MatMul() : Module<Tensor, Tensor, Tensor>(nameof(MatMul)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor left, Tensor right) => left.matmul(right);

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("matmul");
}

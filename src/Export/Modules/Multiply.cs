using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Product of two tensors, element by element with broadcasting, as a layer that the exporter sees.</summary>
public sealed class Multiply() : Module<Tensor, Tensor, Tensor>(nameof(Multiply)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor left, Tensor right) => left * right;

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("mul");
}

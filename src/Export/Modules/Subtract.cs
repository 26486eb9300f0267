using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Difference of two tensors, element by element with broadcasting, as a layer that the exporter sees.</summary>
public sealed class Subtract() : Module<Tensor, Tensor, Tensor>(nameof(Subtract)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor left, Tensor right) => left - right;

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("sub");
}

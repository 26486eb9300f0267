using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Product of two tensors, element by element with broadcasting, as a layer that the exporter sees.</summary>
public sealed class Multiply : Module<Tensor, Tensor, Tensor>, IOnnxConvertible
{
    /// <summary>Creates the layer.</summary>
    public Multiply()
        : base(nameof(Multiply))
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor left, Tensor right) => left * right;

    /// <inheritdoc/>
    public void ToOnnx(OnnxCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        call.SetOutput(call.Operand(0) * call.Operand(1));
    }
}

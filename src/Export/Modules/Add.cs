using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Sum of two tensors, element by element with broadcasting, as a layer that the exporter sees.</summary>
public sealed class Add : Module<Tensor, Tensor, Tensor>, IOnnxConvertible
{
    /// <summary>Creates the layer.</summary>
    public Add()
        : base(nameof(Add))
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor left, Tensor right) => left + right;

    /// <inheritdoc/>
    public void ToOnnx(OnnxCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        call.SetOutput(call.Operand(0) + call.Operand(1));
    }
}

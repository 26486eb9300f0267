using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Matrix product of the last two axes of two tensors, the others broadcast, as a layer that the exporter sees.</summary>
public sealed class MatMul : Module<Tensor, Tensor, Tensor>, IOnnxConvertible
{
    /// <summary>Creates the layer.</summary>
    public MatMul()
        : base(nameof(MatMul))
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor left, Tensor right) => left.matmul(right);

    /// <inheritdoc/>
    public void ToOnnx(OnnxCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        call.SetOutput(call.Input(0).Node("MatMul", call.Input(1)));
    }
}

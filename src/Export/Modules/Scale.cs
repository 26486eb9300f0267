using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Every element times a number plus a number, as a layer that the exporter sees.</summary>
/// <param name="factor">What every element is multiplied with.</param>
/// <param name="offset">What is added afterwards.</param>
public sealed class Scale(double factor, double offset = 0) : Module<Tensor, Tensor>(nameof(Scale)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        Tensor scaled = input * factor;
        if (offset == 0) return scaled;
        using (scaled) return scaled + offset;
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call)
    {
        call.Write("mul", factor);
        if (offset != 0) call.SetOutput(call.Output(0) + offset);
    }
}

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Mean over some axes, as a layer that the exporter sees.</summary>
public sealed class Mean : Module<Tensor, Tensor>, IOnnxConvertible
{
    private readonly long[] axes;
    private readonly bool keepDimensions;

    /// <summary>Creates the layer.</summary>
    /// <param name="axes">The axes; negative ones count from the last.</param>
    /// <param name="keepDimensions">Whether they stay with length 1.</param>
    public Mean(long[] axes, bool keepDimensions = false)
        : base(nameof(Mean))
    {
        ArgumentNullException.ThrowIfNull(axes);
        this.axes = [.. axes];
        this.keepDimensions = keepDimensions;
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.mean(axes, keepDimensions);
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("mean", axes, keepDimensions);
}

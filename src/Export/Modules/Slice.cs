using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>A range of one axis, as a layer that the exporter sees.</summary>
public sealed class Slice : Module<Tensor, Tensor>, IOnnxConvertible
{
    private readonly long axis;
    private readonly long start;
    private readonly long length;

    /// <summary>Creates the layer.</summary>
    /// <param name="axis">The axis to take from; negative ones count from the last.</param>
    /// <param name="start">The first element, counted from 0.</param>
    /// <param name="length">How many elements, at least 1.</param>
    public Slice(long axis, long start, long length)
        : base(nameof(Slice))
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        this.axis = axis;
        this.start = start;
        this.length = length;
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.narrow(axis, start, length);
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("slice", axis, start, start + length);
}

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// The greatest values of the last axis, in descending order, and their places (int64), as a layer that the exporter
/// sees; an option of it too (<see cref="OnnxExportOptions.TopK"/>).
/// </summary>
public sealed class TopK : Module<Tensor, (Tensor, Tensor)>, IOnnxConvertible
{
    private readonly int count;

    /// <summary>Creates the layer.</summary>
    /// <param name="count">How many, at least 1 and at most the axis has.</param>
    public TopK(int count)
        : base(nameof(TopK))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        this.count = count;
    }

    /// <inheritdoc/>
    public override (Tensor, Tensor) forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.shape.Length == 0 || input.shape[^1] < count)
            throw new ArgumentException($"The {count} greatest of scores of shape [{string.Join(", ", input.shape)}] were asked for: lower TopK.", nameof(input));
        (Tensor values, Tensor indexes) = input.topk(count);
        return (values, indexes);
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("topk", count, -1, true, true);
}

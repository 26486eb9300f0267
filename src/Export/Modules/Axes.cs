using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// Tensors joined along one axis, as a layer that the exporter sees: <c>concat.call([a, b])</c>.
/// </summary>
/// <param name="axis">The axis along which to join; 1 joins channels. Negative ones count from the last.</param>
public sealed class Concat(long axis = 1) : Module<Tensor[], Tensor>(nameof(Concat)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor[] parts) => cat(parts, axis);

    void IOnnxConvertible.ToOnnx(OnnxCall call) =>
        call.SetOutput((OnnxValue)call.Operation("cat", Enumerable.Range(0, call.InputCount).Select(i => (object?)call.Traced(i)).ToArray(), axis).Write());
}

/// <summary>Mean over some axes, as a layer that the exporter sees.</summary>
/// <param name="axes">The axes; negative ones count from the last.</param>
/// <param name="keepDimensions">Whether they stay with length 1.</param>
public sealed class Mean(long[] axes, bool keepDimensions = false) : Module<Tensor, Tensor>(nameof(Mean)), IOnnxConvertible
{
    private readonly long[] axes = [.. axes ?? throw new ArgumentNullException(nameof(axes))];

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.mean(axes, keepDimensions);
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("mean", axes, keepDimensions);
}

/// <summary>
/// Axes in another order, as a layer that the exporter sees: <c>new Permute(0, 2, 3, 1)</c> turns [N, C, H, W] into
/// [N, H, W, C].
/// </summary>
/// <param name="order">For every axis of the output, the axis of the input that it is.</param>
public sealed class Permute(params long[] order) : Module<Tensor, Tensor>(nameof(Permute)), IOnnxConvertible
{
    private readonly long[] order = [.. order ?? throw new ArgumentNullException(nameof(order))];

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.permute(order);
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("permute", order);
}

/// <summary>Gives every row of a batch another shape, as a layer that the exporter sees.</summary>
/// <remarks>In: [N, ...]. Out: [N, shape...]; <c>new Reshape(64, 7, 7)</c> turns [N, 3136] into [N, 64, 7, 7].</remarks>
/// <param name="shape">The shape of a row, without the batch; one length may be -1 for what is left.</param>
public sealed class Reshape(params long[] shape) : Module<Tensor, Tensor>(nameof(Reshape)), IOnnxConvertible
{
    private readonly long[] shape = [.. shape ?? throw new ArgumentNullException(nameof(shape))];

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.reshape([input.shape[0], .. shape]);
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("reshape", (long[])[0, .. shape]);
}

/// <summary>One position of an axis, which disappears, as a layer that the exporter sees.</summary>
/// <remarks><c>new Select(1, -1)</c> takes the last step of [N, length, features].</remarks>
/// <param name="axis">The axis to take from; negative ones count from the last.</param>
/// <param name="index">The position; negative ones count from the end.</param>
public sealed class Select(long axis, long index) : Module<Tensor, Tensor>(nameof(Select)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.select(axis, index);
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("select", axis, index);
}

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

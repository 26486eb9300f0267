using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>An operation of one tensor, with settings, as a layer that the exporter sees.</summary>
public abstract class AxisLayer : Module<Tensor, Tensor>, IOnnxConvertible
{
    private readonly Func<Tensor, Tensor> run;
    private readonly string operation;
    private readonly object?[] settings;

    private protected AxisLayer(string name, Func<Tensor, Tensor> run, string operation, params object?[] settings)
        : base(name) => (this.run, this.operation, this.settings) = (run, operation, settings);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return run(input);
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write(operation, settings);

    private protected static T[] Given<T>(T[] values, string name) => values ?? throw new ArgumentNullException(name);
}

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
public sealed class Mean(long[] axes, bool keepDimensions = false)
    : AxisLayer(nameof(Mean), input => input.mean(axes, keepDimensions), "mean", Given(axes, nameof(axes)), keepDimensions);

/// <summary>
/// Axes in another order, as a layer that the exporter sees: <c>new Permute(0, 2, 3, 1)</c> turns [N, C, H, W] into
/// [N, H, W, C].
/// </summary>
/// <param name="order">For every axis of the output, the axis of the input that it is.</param>
public sealed class Permute(params long[] order) : AxisLayer(nameof(Permute), input => input.permute(order), "permute", [Given(order, nameof(order))]);

/// <summary>Gives every row of a batch another shape, as a layer that the exporter sees.</summary>
/// <remarks>In: [N, ...]. Out: [N, shape...]; <c>new Reshape(64, 7, 7)</c> turns [N, 3136] into [N, 64, 7, 7].</remarks>
/// <param name="shape">The shape of a row, without the batch; one length may be -1 for what is left.</param>
public sealed class Reshape(params long[] shape)
    : AxisLayer(nameof(Reshape), input => input.reshape([input.shape[0], .. shape]), "reshape", [(long[])[0, .. Given(shape, nameof(shape))]]);

/// <summary>One position of an axis, which disappears, as a layer that the exporter sees.</summary>
/// <remarks><c>new Select(1, -1)</c> takes the last step of [N, length, features].</remarks>
/// <param name="axis">The axis to take from; negative ones count from the last.</param>
/// <param name="index">The position; negative ones count from the end.</param>
public sealed class Select(long axis, long index) : AxisLayer(nameof(Select), input => input.select(axis, index), "select", axis, index);

/// <summary>A range of one axis, as a layer that the exporter sees.</summary>
public sealed class Slice : AxisLayer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="axis">The axis to take from; negative ones count from the last.</param>
    /// <param name="start">The first element, counted from 0.</param>
    /// <param name="length">How many elements, at least 1.</param>
    public Slice(long axis, long start, long length)
        : base(nameof(Slice), input => input.narrow(axis, start, length), "slice", axis, start, start + length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
    }
}

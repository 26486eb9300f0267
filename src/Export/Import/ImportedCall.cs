using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Export.Import;

/// <summary>One run of a node.</summary>
/// <param name="node">The node.</param>
/// <param name="inputs">Its inputs; null for an optional one that is not given.</param>
/// <param name="training">Whether the module is in training mode.</param>
/// <param name="batch">How many rows there are now, and how many the file was made for; 0 where that is any number.</param>
internal sealed class ImportedCall(ImportedNode node, Tensor?[] inputs, bool training, (long Now, long Made) batch)
{
    public int Count => inputs.Length;

    public bool Training => training;

    public (long Now, long Made) Batch => batch;

    /// <summary>An input that must be there.</summary>
    public Tensor this[int index] => Optional(index) ?? throw node.Refuse($"has no input {index}");

    public Tensor? Optional(int index) => index < inputs.Length ? inputs[index] : null;

    /// <summary>All inputs, on one device.</summary>
    public Tensor[] All => [.. inputs.Select((_, i) => With(i))];

    /// <summary>An input on the device that most is done on: small tables of whole numbers stay on the processor, wherever the module is.</summary>
    public Tensor With(int index)
    {
        Device device = inputs.FirstOrDefault(input => input is not null && input.device_type != DeviceType.CPU)?.device ?? CPU;
        return this[index].ndim == 0 && this[index].device_type == DeviceType.CPU ? this[index] : this[index].to(device);
    }

    /// <summary>The whole numbers of an input: a shape, axes.</summary>
    public long[] Integers(int index) => Read(this[index], ScalarType.Int64, tensor => tensor.data<long>().ToArray());

    /// <summary>Null where the input is not given.</summary>
    public long[]? OptionalIntegers(int index) => Optional(index) is null ? null : Integers(index);

    public double[] Numbers(int index) => this[index].dtype == ScalarType.Float64
        ? Read(this[index], ScalarType.Float64, tensor => tensor.data<double>().ToArray())
        : Read(this[index], ScalarType.Float32, tensor => tensor.data<float>().Select(number => (double)number).ToArray());

    /// <summary>Null where the input is not given.</summary>
    public double? Number(int index) => Optional(index) is null ? null : Numbers(index) is [var one] ? one : throw node.Refuse($"has a table as input {index}, where one number is read");

    // As it is where it can be: an exporter that traces the run sees every operation.
    private static T[] Read<T>(Tensor tensor, ScalarType type, Func<Tensor, T[]> read)
    {
        if (tensor.dtype == type && tensor.device_type == DeviceType.CPU) return read(tensor);
        using Tensor local = tensor.detach().to(type, CPU);
        return read(local);
    }

    /// <summary>The first axes: 0, 1, 2…</summary>
    public static long[] Axes(long count) => [.. Enumerable.Range(0, (int)count).Select(axis => (long)axis)];

    /// <summary>An axis counted from the first.</summary>
    public static int Axis(long axis, long rank) => checked((int)(axis < 0 ? axis + rank : axis));
}

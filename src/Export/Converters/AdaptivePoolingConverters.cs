using TorchSharp.Modules;

namespace MLNetGen.Export.Converters;

/// <summary>Pooling to an output size: window o of n over a length L is [⌊oL / n⌋, ⌈(o + 1)L / n⌉).</summary>
internal static class AdaptivePoolingConverters
{
    private static readonly Pooling Average = new("GlobalAveragePool", "AveragePool", (x, axis) => x.ReduceMean([axis]));
    private static readonly Pooling Maximum = new("GlobalMaxPool", "MaxPool", (x, axis) => x.ReduceMax([axis]));

    public static Converter[] All { get; } =
    [
        Converter.Layer<AdaptiveAvgPool1d>((_, x, call) => Write(x, call, 1, Average)),
        Converter.Layer<AdaptiveAvgPool2d>((_, x, call) => Write(x, call, 2, Average)),
        Converter.Layer<AdaptiveAvgPool3d>((_, x, call) => Write(x, call, 3, Average)),
        Converter.Layer<AdaptiveMaxPool1d>((_, x, call) => Write(x, call, 1, Maximum)),
        Converter.Layer<AdaptiveMaxPool2d>((_, x, call) => Write(x, call, 2, Maximum)),
    ];

    private static OnnxValue Write(OnnxValue input, OnnxCall call, int axes, Pooling pooling) => BatchAxis.Ensure(call, input, axes, x =>
    {
        long[] lengths = call.InputShape()[^axes..], output = call.OutputShape()[^axes..];
        bool[] dynamic = [.. Enumerable.Range(0, axes).Select(axis => call.IsDynamic(axis - axes))];
        if (Array.TrueForAll(output, length => length == 1)) return x.Node(pooling.Global);
        if (!dynamic.Contains(true) && lengths.Zip(output).All(pair => pair.First % pair.Second == 0))
        {
            long[] kernel = [.. lengths.Zip(output, (length, parts) => length / parts)];
            return x.Node(pooling.Windowed, ("kernel_shape", kernel), ("strides", kernel));
        }

        // A window is a product of intervals: one axis after the other.
        for (int axis = 0; axis < axes; axis++)
        {
            if (!dynamic[axis] && output[axis] == lengths[axis]) continue;
            x = output[axis] == 1
                ? pooling.Reduce(x, axis + 2)
                : call.Concat(axis + 2, [.. Parts(call, x, axis + 2, dynamic[axis] ? null : lengths[axis], output[axis]).Select(part => pooling.Reduce(part, axis + 2))]);
        }

        return x;
    });

    // Slices of an axis; where its length is not known, neither are their ends, before the file runs.
    private static IEnumerable<OnnxValue> Parts(OnnxCall call, OnnxValue x, int axis, long? known, long count)
    {
        if (known is { } length)
        {
            for (long o = 0; o < count; o++) yield return x.Slice(axis, o * length / count, ((o + 1) * length + count - 1) / count);
            yield break;
        }

        OnnxValue unknown = x.Shape().Slice(0, axis, axis + 1), parts = call.Constant([count]);
        for (long o = 0; o < count; o++)
        {
            OnnxValue start = unknown * call.Constant([o]) / parts;
            OnnxValue end = (unknown * call.Constant([o + 1]) + call.Constant([count - 1])) / parts;
            yield return x.Node("Slice", start, end, call.Constant([(long)axis]));
        }
    }

    private sealed record Pooling(string Global, string Windowed, Func<OnnxValue, int, OnnxValue> Reduce);
}

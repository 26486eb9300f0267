namespace MLNetGen.Export;

/// <summary>Pooling.</summary>
internal static class PoolingOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("max_pool1d max_pool2d max_pool3d max_pool1d_with_indices max_pool2d_with_indices max_pool3d_with_indices", MaxPool),
        ("avg_pool1d avg_pool2d avg_pool3d", AveragePool),
        ("adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d _adaptive_avg_pool2d _adaptive_avg_pool3d",
            c => Adaptive(c, "GlobalAveragePool", "AveragePool", (x, axis) => x.ReduceMean([axis]))),
        ("adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d", c => Adaptive(c, "GlobalMaxPool", "MaxPool", (x, axis) => x.ReduceMax([axis]))),
    ];

    private static int Axes(OperationCall c) => c.Name[c.Name.IndexOf('d', c.Name.IndexOf("pool", StringComparison.Ordinal)) - 1] - '0';

    /// <summary>A window with its defaults filled in, one number an axis, and how much is padded at the ends besides.</summary>
    private sealed record Window(long[] Kernel, long[] Stride, long[] Padding, long[] Dilation, long[] Extra);

    // Further padding at each end makes PyTorch's ceil mode of floor mode, for inputs of any length. With length L, padding p, stride s and a window reaching over
    // e elements, ceil mode has ⌈(L + 2p - e) / s⌉ + 1 windows, or one less if the last would start beyond L + p, in the end's padding. s - 1 more elements make
    // the floor that ceiling, and e - p - 1 make it ⌊(L + p - 1) / s⌋ + 1, the windows that start before L + p: the lesser of the two is both.
    private static Window Of(OperationCall c, int axes, bool ceil, bool dilates)
    {
        long[] Many(int i, long[] absent) => c.Wholes(i, axes) is { Length: > 0 } given ? given : absent;
        long[] none = new long[axes], ones = [.. none.Select(_ => 1L)], kernel = c.Wholes(1, axes);
        long[] stride = Many(2, kernel), padding = Many(3, none), dilation = dilates ? Many(4, ones) : ones;
        return new(kernel, stride, padding, dilation, ceil ? [.. kernel.Select((size, i) => Math.Min(stride[i] - 1, dilation[i] * (size - 1) - padding[i]))] : none);
    }

    private static long[] Sum(long[] left, long[] right) => [.. left.Zip(right, (a, b) => a + b)];

    private static OnnxValue MaxPool(OperationCall c)
    {
        int axes = Axes(c);
        Window window = Of(c, axes, c.Flag(5), dilates: true);
        return c.Batched(axes, x =>
        {
            long[] begins = window.Padding, ends = Sum(window.Padding, window.Extra);
            if (begins.Concat(ends).Where((length, i) => length >= window.Kernel[i % axes]).Any())
            {
                // ONNX Runtime takes no padding as long as the kernel; explicit padding never wins a maximum.
                x = ConvolutionOperators.PadAll(c, x, begins, ends, value: double.NegativeInfinity);
                begins = ends = new long[axes];
            }

            return x.Node("MaxPool", ("kernel_shape", window.Kernel), ("strides", window.Stride), ("pads", (long[])[.. begins, .. ends]), ("dilations", window.Dilation));
        });
    }

    // Padding zeros are counted or not as asked; what ceil mode adds at the ends never is.
    private static OnnxValue AveragePool(OperationCall c)
    {
        int axes = Axes(c);
        Window window = Of(c, axes, c.Flag(4), dilates: false);
        bool count = c.Flag(5);
        return c.Batched(axes, x =>
        {
            long[] begins = window.Padding, ends = begins, extra = window.Extra, none = new long[axes];
            bool padded = begins.Any(length => length > 0), extended = extra.Any(length => length > 0);
            if ((padded || extended) && c[6] is not null)
            {
                x = ConvolutionOperators.PadAll(c, x, begins, Sum(ends, extra));
                begins = ends = none;
            }
            else if (padded && extended && count)
            {
                x = ConvolutionOperators.PadAll(c, x, begins, ends);
                (begins, ends, count) = (none, extra, false);
            }
            else if (extended)
            {
                (ends, count) = (Sum(ends, extra), false);
            }

            OnnxValue mean = x.Node("AveragePool", ("kernel_shape", window.Kernel), ("strides", window.Stride), ("pads", (long[])[.. begins, .. ends]), ("count_include_pad", count ? 1 : 0));
            return c[6] is null ? mean : mean * (window.Kernel.Aggregate(1.0, (a, b) => a * b) / c.Whole(6));
        });
    }

    // Window o of n over a length L is [⌊oL / n⌋, ⌈(o + 1)L / n⌉).
    private static OnnxValue Adaptive(OperationCall c, string global, string windowed, Func<OnnxValue, int, OnnxValue> reduce) => c.Batched(Axes(c), x =>
    {
        int axes = Axes(c);
        long[] lengths = c.Input.Shape[^axes..], output = c.Wholes(1, axes);
        bool[] varies = c.Input.Varies[^axes..];
        if (output.All(length => length == 1)) return x.Node(global);
        if (!varies.Contains(true) && lengths.Zip(output).All(pair => pair.First % pair.Second == 0))
        {
            long[] kernel = [.. lengths.Zip(output, (length, parts) => length / parts)];
            return x.Node(windowed, ("kernel_shape", kernel), ("strides", kernel));
        }

        // A window is a product of intervals: one axis after the other.
        for (int i = 0; i < axes; i++)
        {
            int axis = i + 2;
            if (!varies[i] && output[i] == lengths[i]) continue;
            x = output[i] == 1 ? reduce(x, axis) : c.Concat(axis, [.. Parts(c, x, axis, varies[i] ? null : lengths[i], output[i]).Select(part => reduce(part, axis))]);
        }

        return x;
    });

    // Where the length is not known, neither are the ends, before the file runs.
    private static IEnumerable<OnnxValue> Parts(OperationCall c, OnnxValue x, int axis, long? known, long count)
    {
        OnnxValue Number(long number) => c.Graph.Constant([number]);
        OnnxValue? unknown = known is null ? x.Shape().Slice(0, axis, axis + 1) : null;
        for (long o = 0; o < count; o++)
        {
            yield return known is { } length
                ? x.Slice(axis, o * length / count, ((o + 1) * length + count - 1) / count)
                : x.Node("Slice", unknown! * Number(o) / Number(count), (unknown! * Number(o + 1) + Number(count - 1)) / Number(count), Number(axis));
        }
    }
}

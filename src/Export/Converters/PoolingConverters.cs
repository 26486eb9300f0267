using TorchSharp;
using TorchSharp.Modules;

namespace MLNetGen.Export.Converters;

internal static class PoolingConverters
{
    public static Converter[] All { get; } =
    [
        Converter.Layer<MaxPool1d>((l, x, call) => WriteMax(x, call, Many(l.kernel_size), Many(l.stride), Many(l.padding), Many(l.dilation))),
        Converter.Layer<MaxPool2d>((l, x, call) => WriteMax(x, call, l.kernel_size, l.stride, l.padding, l.dilation)),
        Converter.Layer<AvgPool1d>((l, x, call) => WriteAverage(x, call, Many(l.kernel_size), Many(l.stride), Many(l.padding), l.count_include_pad, null)),
        Converter.Layer<AvgPool2d>((l, x, call) => WriteAverage(x, call, l.kernel_size, l.stride, l.padding, l.count_include_pad, l.divisor_override)),
        Converter.Layer<AdaptiveAvgPool1d>((_, x, call) => WriteAdaptive(x, call, "AveragePool", "GlobalAveragePool")),
        Converter.Layer<AdaptiveAvgPool2d>((_, x, call) => WriteAdaptive(x, call, "AveragePool", "GlobalAveragePool")),
    ];

    private static OnnxValue WriteMax(OnnxValue x, OnnxCall call, long[] kernelSize, long[]? stride, long[]? padding, long[]? dilation)
    {
        Window window = new(call, kernelSize, stride, padding, dilation);
        long[] begins = window.Padding, ends = [.. window.Padding.Select((length, i) => length + window.Extra[i])];
        if (ends.Where((length, i) => length >= window.Kernel[i]).Any())
        {
            // ONNX Runtime takes no padding as long as the kernel; explicit padding never wins a maximum.
            x = PaddingConverters.Pad(call, x, call.InputShape(), [0, 0, .. begins], [0, 0, .. ends], PaddingModes.Constant, double.NegativeInfinity);
            begins = ends = new long[begins.Length];
        }

        return x.Node("MaxPool", ("kernel_shape", window.Kernel), ("strides", window.Stride),
            ("pads", (long[])[.. begins, .. ends]), ("dilations", window.Dilation));
    }

    // Padding zeros are counted or not as asked; what ceil mode adds at the ends never is.
    private static OnnxValue WriteAverage(
        OnnxValue x, OnnxCall call, long[] kernelSize, long[]? stride, long[]? padding, bool countIncludePad, long? divisor)
    {
        Window window = new(call, kernelSize, stride, padding, null);
        bool padded = Array.Exists(window.Padding, length => length > 0), extended = Array.Exists(window.Extra, length => length > 0);
        long[] begins = window.Padding, ends = window.Padding;
        if ((padded || extended) && (divisor is not null || (padded && extended && countIncludePad)))
        {
            long[] extra = divisor is null ? new long[ends.Length] : window.Extra;
            x = PaddingConverters.Pad(call, x, call.InputShape(), [0, 0, .. begins],
                [0, 0, .. ends.Select((length, i) => length + extra[i])], PaddingModes.Zeros);
            ends = [.. window.Extra.Select((length, i) => length - extra[i])];
            begins = new long[begins.Length];
            countIncludePad = false;
        }
        else if (extended)
        {
            ends = [.. ends.Select((length, i) => length + window.Extra[i])];
            countIncludePad = false;
        }

        OnnxValue mean = x.Node("AveragePool", ("kernel_shape", window.Kernel), ("strides", window.Stride),
            ("pads", (long[])[.. begins, .. ends]), ("count_include_pad", countIncludePad ? 1 : 0));
        return divisor is null ? mean : mean * (window.Kernel.Aggregate(1.0, (a, b) => a * b) / divisor.Value);
    }

    private static OnnxValue WriteAdaptive(OnnxValue x, OnnxCall call, string pool, string global)
    {
        long[] input = call.InputShape()[2..], output = call.OutputShape()[2..];
        if (Array.TrueForAll(output, length => length == 1)) return x.Node(global);
        if (input.Zip(output).All(pair => pair.First % pair.Second == 0))
        {
            long[] kernel = [.. input.Zip(output, (length, parts) => length / parts)];
            return x.Node(pool, ("kernel_shape", kernel), ("strides", kernel));
        }

        if (input.Length > 2)
        {
            throw new NotSupportedException(
                $"'{call.Path}' pools [{string.Join(", ", input)}] to [{string.Join(", ", output)}]: in three dimensions every output size must divide its input size.");
        }

        // Windows of different lengths: a product with a matrix of means along each axis.
        OnnxValue columns = x.Node("MatMul", Means(call, input[^1], output[^1], transposed: true));
        return input.Length == 1 ? columns : call.Node("MatMul", [Means(call, input[0], output[0], transposed: false), columns]);
    }

    private static OnnxValue Means(OnnxCall call, long input, long output, bool transposed)
    {
        var matrix = new float[input * output];
        for (long o = 0; o < output; o++)
        {
            long start = o * input / output, end = ((o + 1) * input + output - 1) / output;
            for (long i = start; i < end; i++)
                matrix[transposed ? i * output + o : o * input + i] = 1f / (end - start);
        }

        return transposed ? call.Constant(matrix, input, output) : call.Constant(matrix, output, input);
    }

    private static long[] Many(long value) => [value];

    private static long[]? Many(long? value) => value is { } number ? [number] : null;

    /// <summary>A pooling window with its defaults filled in, and what ceil mode adds at the end of each axis.</summary>
    private sealed class Window
    {
        public Window(OnnxCall call, long[] kernel, long[]? stride, long[]? padding, long[]? dilation)
        {
            long[] input = call.InputShape()[2..], output = call.OutputShape()[2..];
            Kernel = Spread(kernel, null, input.Length);
            Stride = stride is null or [] ? Kernel : Spread(stride, null, input.Length);
            Padding = Spread(padding, 0, input.Length);
            Dilation = Spread(dilation, 1, input.Length);
            Extra = [.. output.Select((length, i) => Math.Max(0,
                (length - 1) * Stride[i] + Dilation[i] * (Kernel[i] - 1) + 1 - input[i] - 2 * Padding[i]))];
        }

        public long[] Kernel { get; }

        public long[] Stride { get; }

        public long[] Padding { get; }

        public long[] Dilation { get; }

        public long[] Extra { get; }

        private static long[] Spread(long[]? values, long? absent, int count) => values switch
        {
            null or [] => [.. Enumerable.Repeat(absent ?? 1, count)],
            [long single] => [.. Enumerable.Repeat(single, count)],
            _ => values,
        };
    }
}

using TorchSharp;
using TorchSharp.Modules;

namespace MLNetGen.Export.Converters;

internal static class PoolingConverters
{
    public static Converter[] All { get; } =
    [
        Converter.Layer<MaxPool1d>((l, x, call) => WriteMax(x, call, new(1, [l.kernel_size], Many(l.stride), Many(l.padding), Many(l.dilation), l.ceil_mode))),
        Converter.Layer<MaxPool2d>((l, x, call) => WriteMax(x, call, new(2, l.kernel_size, l.stride, l.padding, l.dilation, l.ceil_mode))),
        Converter.Layer<MaxPool3d>((l, x, call) => WriteMax(x, call, new(3, l.kernel_size, l.stride, l.padding, l.dilation, l.ceil_mode))),
        Converter.Layer<AvgPool1d>((l, x, call) => WriteAverage(x, call, new(1, [l.kernel_size], Many(l.stride), Many(l.padding), null, l.ceil_mode), l.count_include_pad, null)),
        Converter.Layer<AvgPool2d>((l, x, call) => WriteAverage(x, call, new(2, l.kernel_size, l.stride, l.padding, null, l.ceil_mode), l.count_include_pad, l.divisor_override)),
        Converter.Layer<AvgPool3d>((l, x, call) => WriteAverage(x, call, new(3, l.kernel_size, l.stride, l.padding, null, l.ceil_mode), l.count_include_pad, l.divisor_override)),
    ];

    private static OnnxValue WriteMax(OnnxValue input, OnnxCall call, PoolingWindow window) => BatchAxis.Ensure(call, input, window.Axes, x =>
    {
        long[] begins = window.Padding, ends = [.. window.Padding.Zip(window.Extra, (length, more) => length + more)];
        if (begins.Concat(ends).Where((length, i) => length >= window.Kernel[i % window.Axes]).Any())
        {
            // ONNX Runtime takes no padding as long as the kernel; explicit padding never wins a maximum.
            x = PaddingConverters.Pad(call, x, [0, 0, .. begins], [0, 0, .. ends], PaddingModes.Constant, double.NegativeInfinity);
            begins = ends = new long[begins.Length];
        }

        return x.Node("MaxPool", ("kernel_shape", window.Kernel), ("strides", window.Stride),
            ("pads", (long[])[.. begins, .. ends]), ("dilations", window.Dilation));
    });

    // Padding zeros are counted or not as asked; what ceil mode adds at the ends never is.
    private static OnnxValue WriteAverage(OnnxValue input, OnnxCall call, PoolingWindow window, bool countIncludePad, long? divisor) =>
        BatchAxis.Ensure(call, input, window.Axes, x =>
        {
            long[] begins = window.Padding, ends = window.Padding, extra = window.Extra, none = new long[window.Axes];
            bool padded = begins.Any(length => length > 0), extended = extra.Any(length => length > 0);
            if ((padded || extended) && divisor is not null)
            {
                x = PaddingConverters.Pad(call, x, [0, 0, .. begins], [0, 0, .. Sum(ends, extra)], PaddingModes.Zeros);
                begins = ends = none;
            }
            else if (padded && extended && countIncludePad)
            {
                x = PaddingConverters.Pad(call, x, [0, 0, .. begins], [0, 0, .. ends], PaddingModes.Zeros);
                (begins, ends, countIncludePad) = (none, extra, false);
            }
            else if (extended)
            {
                (ends, countIncludePad) = (Sum(ends, extra), false);
            }

            OnnxValue mean = x.Node("AveragePool", ("kernel_shape", window.Kernel), ("strides", window.Stride),
                ("pads", (long[])[.. begins, .. ends]), ("count_include_pad", countIncludePad ? 1 : 0));
            return divisor is null ? mean : mean * (window.Kernel.Aggregate(1.0, (a, b) => a * b) / divisor.Value);
        });

    private static long[] Sum(long[] left, long[] right) => [.. left.Zip(right, (a, b) => a + b)];

    private static long[]? Many(long? value) => value is { } number ? [number] : null;
}

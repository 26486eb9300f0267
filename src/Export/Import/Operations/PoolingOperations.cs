using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Import.Operations;

/// <summary>Pooling.</summary>
internal static class PoolingOperations
{
    public static ImportedOperation[] All { get; } =
    [
        ImportedOperation.Of("MaxPool", MaxPool),
        ImportedOperation.Of("AveragePool", AveragePool),
        ImportedOperation.Of("GlobalAveragePool", x => x.ndim == 4 ? functional.adaptive_avg_pool2d(x, [1, 1]) : x.mean(Spatial(x), keepdim: true)),
        ImportedOperation.Of("GlobalMaxPool", x => x.ndim == 4 ? functional.adaptive_max_pool2d(x, [1, 1]) : x.amax(Spatial(x), keepdim: true)),
    ];

    private static long[] Spatial(Tensor x) => [.. Enumerable.Range(2, (int)x.ndim - 2).Select(axis => (long)axis)];

    private static long[] Kernel(ImportedNode node) => node.Integers("kernel_shape") is { Length: >= 1 and <= 3 } kernel ? kernel : throw node.Refuse("has no kernel_shape of 1 to 3 axes");

    // What is padded besides, at the ends, for ceil mode: the last window may reach over the end, but must begin before the end's padding.
    private static long[] Extra(Tensor x, long[] kernel, long[] strides, long[] dilations, long[] begins, long[] ends) =>
    [
        .. kernel.Select((size, i) =>
        {
            long length = x.shape[i + 2], reach = (size - 1) * dilations[i] + 1;
            long windows = (length + begins[i] + ends[i] - reach + strides[i] - 1) / strides[i] + 1;
            if ((windows - 1) * strides[i] >= length + begins[i]) windows--;
            return Math.Max(0, (windows - 1) * strides[i] + reach - (length + begins[i] + ends[i]));
        }),
    ];

    private static Func<ImportedCall, Tensor> MaxPool(ImportedNode node)
    {
        node.RequireOutputs(1, "the places of its maxima");
        var window = new WindowSettings(node);
        long[] kernel = Kernel(node), strides = window.Strides(kernel.Length), dilations = window.Dilations(kernel.Length);
        bool ceil = node.Integer("ceil_mode", 0) != 0;
        return c =>
        {
            Tensor x = c[0];
            (long[] begins, long[] ends) = window.Pads(x.shape[2..], kernel);
            if (ceil) ends = Sum(ends, Extra(x, kernel, strides, dilations, begins, ends));
            // PyTorch pads both ends alike, and by half a window at most.
            if (!begins.SequenceEqual(ends) || begins.Where((length, i) => length > kernel[i] / 2).Any())
                (x, begins) = (WindowSettings.Pad(x, begins, ends, double.NegativeInfinity), new long[kernel.Length]);
            return kernel.Length switch
            {
                1 => functional.max_pool1d(x, kernel[0], strides[0], begins[0], dilations[0]),
                2 => functional.max_pool2d(x, kernel, strides, begins, dilations),
                _ => functional.max_pool3d(x, kernel, strides, begins, dilations),
            };
        };
    }

    private static Func<ImportedCall, Tensor> AveragePool(ImportedNode node)
    {
        var window = new WindowSettings(node);
        long[] kernel = Kernel(node), strides = window.Strides(kernel.Length);
        if (window.Dilations(kernel.Length).Any(dilation => dilation != 1)) throw node.Refuse("has dilations, which PyTorch's average pooling does not");
        bool ceil = node.Integer("ceil_mode", 0) != 0, count = node.Integer("count_include_pad", 0) != 0;
        return c =>
        {
            Tensor x = c[0];
            int axes = kernel.Length;
            long[] none = new long[axes];
            (long[] begins, long[] ends) = window.Pads(x.shape[2..], kernel);
            long[] extra = ceil ? Extra(x, kernel, strides, [.. kernel.Select(_ => 1L)], begins, ends) : none;
            bool padded = begins.Concat(ends).Any(length => length > 0), extended = extra.Any(length => length > 0);
            if (!extended && begins.SequenceEqual(ends) && begins.Zip(kernel).All(pair => pair.First <= pair.Second / 2)) return Mean(x, kernel, strides, begins, count);
            // The mean of all places, over the share of those that count.
            Tensor shares = ones([1, 1, .. x.shape[2..]], x.dtype, x.device);
            if (padded) shares = WindowSettings.Pad(shares, begins, ends, count ? 1 : 0);
            if (extended) shares = WindowSettings.Pad(shares, none, extra, 0);
            return Mean(WindowSettings.Pad(x, begins, Sum(ends, extra), 0), kernel, strides, none, true) / Mean(shares, kernel, strides, none, true);
        };
    }

    private static Tensor Mean(Tensor x, long[] kernel, long[] strides, long[] pads, bool count) => kernel.Length switch
    {
        1 => functional.avg_pool1d(x, kernel[0], strides[0], pads[0], count_include_pad: count),
        2 => functional.avg_pool2d(x, kernel, strides, pads, count_include_pad: count),
        _ => functional.avg_pool3d(x, kernel, strides, pads, count_include_pad: count),
    };

    private static long[] Sum(long[] a, long[] b) => [.. a.Zip(b, (one, other) => one + other)];
}

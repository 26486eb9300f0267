using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Cases;

internal static class PoolingCases
{
    public static Dictionary<string, Func<Random, LayerCase>> All { get; } = new()
    {
        ["MaxPool1d"] = r => Max(r, 1),
        ["MaxPool2d"] = r => Max(r, 2),
        ["MaxPool3d"] = r => Max(r, 3),
        ["MaxPool2d of one number"] = r => new(MaxPool2d(r.Next(1, 4), ceil_mode: r.Coin()), r.Picture(2, 4)),
        ["AvgPool1d"] = r => Average(r, 1),
        ["AvgPool2d"] = r => Average(r, 2),
        ["AvgPool3d"] = r => Average(r, 3),
        ["AvgPool2d of one number"] = r => new(AvgPool2d(r.Next(1, 4), ceil_mode: r.Coin()), r.Picture(2, 4)),
        ["AdaptiveAvgPool1d"] = r => new(AdaptiveAvgPool1d(r.Next(1, 7)), r.Row(2, 3)),
        ["AdaptiveAvgPool2d"] = r => new(AdaptiveAvgPool2d((r.Next(1, 6), r.Next(1, 6))), r.Picture(r.Next(1, 4), 3)),
        ["AdaptiveAvgPool3d"] = r => new(AdaptiveAvgPool3d((r.Next(1, 4), r.Next(1, 4), r.Next(1, 4))), r.Row(2, 2, 2, 2)),
        ["AdaptiveAvgPool2d to 1"] = r => new(AdaptiveAvgPool2d(1), r.Picture(r.Next(1, 5))),
        ["AdaptiveAvgPool2d to a divisor"] = r =>
        {
            long[] parts = r.Many(2, 1, 4);
            return new(AdaptiveAvgPool2d((parts[0], parts[1])), [2, parts[0] * r.Next(1, 4), parts[1] * r.Next(1, 4)]);
        },
        ["AdaptiveMaxPool1d"] = r => new(AdaptiveMaxPool1d(r.Next(1, 7)), r.Row(2, 3)),
        ["AdaptiveMaxPool2d"] = r => new(AdaptiveMaxPool2d([r.Next(1, 6), r.Next(1, 6)]), r.Picture(r.Next(1, 4), 3)),
        ["AdaptiveMaxPool2d to 1"] = r => new(AdaptiveMaxPool2d([1, 1]), r.Picture(r.Next(1, 5))),
        ["AdaptiveMaxPool2d to a divisor"] = r =>
        {
            long[] parts = r.Many(2, 1, 4);
            return new(AdaptiveMaxPool2d(parts), [2, parts[0] * r.Next(1, 4), parts[1] * r.Next(1, 4)]);
        },
    };

    private static LayerCase Max(Random r, int axes)
    {
        long[] kernel = r.Many(axes, 1, 4), stride = r.Many(axes, 1, 5), dilation = r.Many(axes, 1, 3);
        long[] padding = [.. kernel.Select(size => r.NextInt64(0, size / 2 + 1))];
        bool ceil = r.Coin();
        long[] row = r.Row(2, [.. kernel.Select((size, i) => dilation[i] * (size - 1) + 1)]);
        return axes switch
        {
            1 => new(MaxPool1d(kernel[0], stride[0], padding[0], dilation[0], ceil), row),
            2 => new(MaxPool2d(kernel, stride, padding, dilation, ceil), row),
            _ => new(MaxPool3d(kernel, stride, padding, dilation, ceil), row),
        };
    }

    private static LayerCase Average(Random r, int axes)
    {
        long[] kernel = r.Many(axes, 1, 4), stride = r.Many(axes, 1, 5);
        long[] padding = [.. kernel.Select(size => r.NextInt64(0, size / 2 + 1))];
        bool ceil = r.Coin(), count = r.Coin();
        long? divisor = r.Next(3) == 0 ? r.Next(1, 9) : null;
        long[] row = r.Row(2, kernel);
        return axes switch
        {
            1 => new(AvgPool1d(kernel[0], stride[0], padding[0], ceil, count), row),
            2 => new(AvgPool2d(kernel, stride, padding, ceil, count, divisor), row),
            _ => new(AvgPool3d(kernel, stride, padding, ceil, count, divisor), row),
        };
    }
}

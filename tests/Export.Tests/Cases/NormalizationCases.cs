using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Cases;

internal static class NormalizationCases
{
    public static Dictionary<string, Func<Random, LayerCase>> All { get; } = new()
    {
        ["BatchNorm1d"] = r =>
        {
            int c = r.Next(1, 6);
            return new(BatchNorm1d(c, eps: r.Epsilon(), affine: r.Coin()), r.Coin() ? [c] : r.Row(c, 2));
        },
        ["BatchNorm2d"] = r => { int c = r.Next(1, 6); return new(BatchNorm2d(c, eps: r.Epsilon(), affine: r.Coin()), r.Picture(c)); },
        ["BatchNorm3d"] = r => { int c = r.Next(1, 4); return new(BatchNorm3d(c, eps: r.Epsilon(), affine: r.Coin()), r.Row(c, 2, 1, 2)); },
        ["BatchNorm2d of the batch"] = r =>
        {
            int c = r.Next(1, 4);
            return new(BatchNorm2d(c, eps: r.Epsilon(), affine: r.Coin(), track_running_stats: false), r.Picture(c));
        },
        ["InstanceNorm1d"] = r => { int c = r.Next(1, 5); return new(InstanceNorm1d(c, eps: r.Epsilon(), affine: r.Coin(), track_running_stats: r.Coin()), r.Row(c, 2)); },
        ["InstanceNorm2d"] = r => { int c = r.Next(1, 6); return new(InstanceNorm2d(c, eps: r.Epsilon(), affine: r.Coin(), track_running_stats: r.Coin()), r.Picture(c)); },
        ["InstanceNorm3d"] = r => { int c = r.Next(1, 4); return new(InstanceNorm3d(c, eps: r.Epsilon(), affine: r.Coin(), track_running_stats: r.Coin()), r.Row(c, 2, 1, 2)); },
        ["GroupNorm"] = r =>
        {
            int g = r.Next(1, 4), c = g * r.Next(1, 4);
            // One number a group would be nothing but its own mean.
            long[] spatial = r.Many(r.Next(1, 4), 2, 5);
            return new(GroupNorm(g, c, eps: r.Epsilon(), affine: r.Coin()), r.Row(c, spatial));
        },
        ["LayerNorm"] = r =>
        {
            long[] shape = r.Many(r.Next(1, 4), 2, 6), leading = r.Many(r.Next(3), 1, 4);
            return new(LayerNorm(shape, eps: r.Epsilon(), elementwise_affine: r.Coin()), [.. leading, .. shape])
            {
                Varying = [.. Enumerable.Range(0, leading.Length)],
            };
        },
        ["LocalResponseNorm"] = r => new(
            LocalResponseNorm(r.Next(1, 8), 1e-2 * r.Next(1, 90), r.One(0.5, 0.75, 1), 1 + r.NextDouble()),
            r.Row(r.Next(1, 9), r.Many(r.Next(1, 4), 1, 4))),
    };
}

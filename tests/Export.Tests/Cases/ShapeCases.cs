using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Cases;

internal static class ShapeCases
{
    public static Dictionary<string, Func<Random, LayerCase>> All { get; } = new()
    {
        ["Flatten"] = r =>
        {
            long[] row = r.Many(r.Next(1, 5), 1, 4);
            int start = r.Next(row.Length + 1), end = r.Next(start, row.Length + 1);
            return new(Flatten(start, r.Coin() ? end : end - row.Length - 1), row) { Varying = [.. Enumerable.Range(0, row.Length)] };
        },
        ["Unflatten"] = r =>
        {
            long[] parts = r.Many(r.Next(2, 4), 1, 4), before = r.Many(r.Next(3), 1, 4), after = r.Many(r.Next(3), 1, 4);
            long[] sizes = [.. parts];
            if (r.Coin()) sizes[r.Next(sizes.Length)] = -1;
            int rank = 2 + before.Length + after.Length, dim = 1 + before.Length;
            return new(Unflatten(dim, sizes), [.. before, parts.Aggregate((a, b) => a * b), .. after])
            {
                Varying = [.. Enumerable.Range(0, rank - 1).Where(axis => axis != before.Length)],
            };
        },
        ["Unflatten of any length"] = r =>
        {
            long part = r.Next(1, 4);
            return new(Unflatten(2, r.Coin() ? [part, -1] : [-1, part]), [2, part * r.Next(1, 4), 3]) { Multiple = part };
        },
        ["PixelShuffle"] = r => { int f = r.Next(1, 4); return new(PixelShuffle(f), r.Picture(f * f * r.Next(1, 4), 1)); },
        ["PixelUnshuffle"] = r => { int f = r.Next(1, 4); return new(PixelUnshuffle(f), [r.Next(1, 4), f * r.Next(1, 4), f * r.Next(1, 4)]) { Multiple = f }; },
        ["ChannelShuffle"] = r => { int g = r.Next(1, 5); return new(ChannelShuffle(g), r.Row(g * r.Next(1, 4), r.Many(r.Next(1, 4), 1, 4))); },
        ["Upsample nearest"] = r => { int axes = r.Next(1, 4); return Resized(r, axes, UpsampleMode.Nearest); },
        ["Upsample nearest of all proportions"] = r => new(Upsample(scale_factor: Proportions(r)), r.Row(1, r.Many(2, 10, 40))),
        ["Upsample nearest to a size"] = r => new(Upsample(size: r.Many(2, 1, 90)), r.Row(1, r.Many(2, 1, 40))),
        // Positions are float32 in both engines: on longer axes of noise their last digits alone come near 1e-5.
        ["Upsample bilinear of all proportions"] = r => new(
            Upsample(scale_factor: Proportions(r), mode: UpsampleMode.Bilinear), r.Row(1, r.Many(2, 10, 15))),
        ["Upsample linear"] = r => Resized(r, 1, UpsampleMode.Linear),
        ["Upsample bilinear"] = r => Resized(r, 2, UpsampleMode.Bilinear),
        ["Upsample bicubic"] = r => Resized(r, 2, UpsampleMode.Bicubic),
        ["Upsample trilinear"] = r => Resized(r, 3, UpsampleMode.Trilinear),
        ["Upsample by recomputed factors"] = r => new(
            Upsample(scale_factor: [r.Next(1, 4), r.Next(1, 4)], mode: UpsampleMode.Bilinear, recompute_scale_factor: true), r.Picture(2)),
    };

    // On axes shorter than 10 such a factor may change nothing, and PyTorch's neighbours depend on the number of channels.
    private static double[] Proportions(Random r) => [r.Next(11, 60) / 10.0, r.Next(11, 60) / 10.0];

    private static LayerCase Resized(Random r, int axes, UpsampleMode mode)
    {
        bool? align = mode == UpsampleMode.Nearest ? null : r.Coin();
        long[] row = r.Row(2, [.. Enumerable.Repeat(2L, axes)]);
        if (r.Coin()) return new(Upsample(size: r.Many(axes, 1, 12), mode: mode, align_corners: align), row);
        double[] factors = [.. Enumerable.Range(0, axes).Select(_ => r.One(0.5, 1, 1.5, 2, 2.5, 3, 4))];
        return new(Upsample(scale_factor: factors, mode: mode, align_corners: align), row);
    }
}

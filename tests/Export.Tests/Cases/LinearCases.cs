using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Cases;

internal static class LinearCases
{
    public static Dictionary<string, Func<Random, LayerCase>> All { get; } = new()
    {
        ["Linear"] = r =>
        {
            long[] row = r.AnyRow();
            return new(Linear(row[^1], r.Next(1, 9), r.Coin()), row) { Varying = [.. Enumerable.Range(0, row.Length - 1)] };
        },
        ["Bilinear"] = r =>
        {
            long[] leading = r.Many(r.Next(3), 1, 4), sizes = r.Many(3, 1, 6);
            return new(Bilinear(sizes[0], sizes[1], sizes[2], r.Coin()), [.. leading, sizes[0]], [.. leading, sizes[1]]);
        },
        ["CosineSimilarity"] = r =>
        {
            long[] row = r.AnyRow();
            return new(CosineSimilarity(r.One(-1, row.Length, 1), r.Epsilon()), row, row);
        },
        ["PairwiseDistance"] = r =>
        {
            long[] row = r.AnyRow();
            return new(PairwiseDistance(r.One(1, 2, 1.5, 3, double.PositiveInfinity), r.Epsilon(), r.Coin()), row, row);
        },
    };
}

namespace MLNetGen.Export.Tests.Cases;

/// <summary>Modules that stand for arithmetic between layers.</summary>
internal static class GlueCases
{
    public static Dictionary<string, Func<Random, LayerCase>> All { get; } = new()
    {
        ["Reshape"] = r => new(new Reshape(-1, 2), [r.Next(1, 4), 4]) { Multiple = 2 },
        ["Permute"] = r => new(new Permute(0, -1, 1, 2), r.Picture(3)),
        ["Scale"] = r => new(new Scale(r.NextDouble(), r.Next(2)), r.AnyRow()),
        ["Slice"] = r => new(new Slice(1, r.Next(0, 2), r.Next(1, 3)), r.Picture(4)),
        ["Mean"] = r => new(new Mean([2, 3], r.Coin()), r.Picture(3)),
        ["Add"] = r => { long[] row = r.AnyRow(); return new(new Add(), row, row); },
        ["Subtract"] = r => { long[] row = r.AnyRow(); return new(new Subtract(), row, row); },
        ["Multiply"] = r => { long[] row = r.AnyRow(); return new(new Multiply(), row, row); },
    };
}

using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Cases;

internal static class IdentityCases
{
    public static Dictionary<string, Func<Random, LayerCase>> All { get; } = new()
    {
        ["Identity"] = r => new(Identity(), r.AnyRow()),
        ["Sequential without layers"] = r => new(Sequential(), r.AnyRow()),
        ["Dropout"] = r => new(Dropout(r.NextDouble()), r.AnyRow()),
        ["Dropout1d"] = r => new(Dropout1d(r.NextDouble()), r.Row(2, 3)),
        ["Dropout2d"] = r => new(Dropout2d(r.NextDouble()), r.Picture(2)),
        ["Dropout3d"] = r => new(Dropout3d(r.NextDouble()), r.Row(2, 3, 2, 2)),
        ["AlphaDropout"] = r => new(AlphaDropout(r.NextDouble()), r.AnyRow()),
        ["FeatureAlphaDropout"] = r => new(FeatureAlphaDropout(r.NextDouble()), r.Picture(2)),
    };
}

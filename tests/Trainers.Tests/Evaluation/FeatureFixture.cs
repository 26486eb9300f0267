using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNetGen.Tests.Evaluation;

/// <summary>What fixture/make_features.py computed with NumPy.</summary>
internal sealed record FeatureFixture(
    [property: JsonPropertyName("metrics")] Dictionary<string, double> Metrics,
    [property: JsonPropertyName("real")] double[][] Real,
    [property: JsonPropertyName("generated")] double[][] Generated)
{
    public static FeatureFixture Read() => JsonSerializer.Deserialize<FeatureFixture>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Evaluation", "fixture", "features.json")))!;
}

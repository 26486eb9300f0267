using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

/// <summary>Rows for <see cref="SmallModel.Layer"/>, made when they are read.</summary>
internal sealed class ScoringRow
{
    public const int Length = 6;

    public int Number { get; set; }

    public string Name { get; set; } = "";

    [VectorType(Length)]
    public float[] Features { get; set; } = [];

    public static ScoringRow Of(int number) => new()
    {
        Number = number,
        Name = $"row {number}",
        Features = [.. Enumerable.Range(0, Length).Select(i => MathF.Cos((number * Length) + i))],
    };

    public static IDataView View(MLContext ml, int count) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(Of));
}

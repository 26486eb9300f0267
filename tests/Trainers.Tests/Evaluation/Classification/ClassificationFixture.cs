using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests.Classification;

/// <summary>Scored rows and their figures by scikit-learn, SciPy and NumPy: tests/peers/classification_fixture.py.</summary>
internal sealed class ClassificationFixture
{
    public const int Classes = 7;

    private static readonly JsonDocument File = JsonDocument.Parse(
        System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Evaluation", "Classification", "fixture", "classification.json")));

    public static int[] Labels { get; } = [.. File.RootElement.GetProperty("labels").EnumerateArray().Select(value => value.GetInt32())];

    public static float[][] Scores { get; } = [.. File.RootElement.GetProperty("scores").EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetSingle()).ToArray())];

    public static JsonElement Figure(string name) => File.RootElement.GetProperty(name);

    public static double Number(string name) => Figure(name).GetDouble();

    public static double[] Numbers(string name) => [.. Figure(name).EnumerateArray().Select(value => value.GetDouble())];

    public static IDataView Rows(MLContext context) =>
        context.Data.LoadFromEnumerable(Labels.Select((label, i) => new Row { Label = label, Key = (uint)label, OneHot = [.. Enumerable.Range(0, Classes).Select(i => i == label ? 1f : 0f)], Score = Scores[i] }));

    public sealed class Row
    {
        public float Label { get; set; }

        // Keys count from 0 in objects.
        [KeyType(Classes)]
        public uint Key { get; set; }

        [VectorType(Classes)]
        public float[] OneHot { get; set; } = [];

        [VectorType(Classes)]
        public float[] Score { get; set; } = [];

        [KeyType(Classes)]
        public uint PredictedLabel { get; set; }
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Cli.Scoring;

/// <summary>What is written of a model's rows: <c>Path</c> and the columns that its kind of model is asked for, keys as their values.</summary>
internal sealed class ScoredRows(MLContext context, PartFormat format, IReadOnlyList<string> asked, int top)
{
    public const string PathColumn = "Path";

    private const string Score = "Score", PredictedLabel = "PredictedLabel", TopLabels = "TopLabels", TopScores = "TopScores";

    // By the column that tells a kind of model. Any other gives all that it adds.
    private static readonly (string Mark, string[] Columns)[] Kinds =
    [
        (PredictedLabel, [PredictedLabel, Score]),
        ("Realness", ["Realness"]),
        ("Latent", ["Latent", "ReconstructionError"]),
        ("Stylized", ["Stylized"]),
        ("Reconstruction", ["Reconstruction"]),
    ];

    /// <param name="source">Pictures, as folders of them are loaded.</param>
    /// <param name="scored">The same after the model.</param>
    /// <exception cref="ArgumentException">It has no column that was asked for, or none that the format can hold.</exception>
    public IDataView Of(IDataView source, IDataView scored)
    {
        bool classifier = scored.Schema.GetColumnOrNull(Score) is { Type: VectorDataViewType { IsKnownSize: true, Size: > 1 } } score && score.HasSlotNames();
        if (top > 0)
        {
            if (!classifier)
                throw new ArgumentException($"--top-k is {top}, and the model is no classifier: it adds no column '{Score}' with named classes. Leave --top-k out.");
            scored = WithTop(scored);
        }
        string[] columns = Choose(source.Schema, scored.Schema);
        foreach (string key in columns.Where(name => IsKeyOfValues(scored.Schema[name])))
            scored = context.Transforms.Conversion.MapKeyToValue(key).Fit(scored).Transform(scored);
        return context.Transforms.SelectColumns([PathColumn, .. columns], keepHidden: false).Fit(scored).Transform(scored);
    }

    private string[] Choose(DataViewSchema source, DataViewSchema scored)
    {
        string[] there = [.. scored.Where(column => !column.IsHidden && column.Name != PathColumn && Writable(column)).Select(column => column.Name)];
        foreach (string name in asked)
            if (!there.Contains(name))
                throw new ArgumentException($"--columns has '{name}', and of what the model gives --format {format.Name} can hold {Named(there)}.");
        if (asked.Count > 0)
            return [.. asked];
        string[] added = [.. there.Where(name => source.GetColumnOrNull(name) is null)];
        string[] own = top > 0 && added.Contains(TopLabels) ? [PredictedLabel, TopLabels, TopScores] : Kinds.FirstOrDefault(kind => added.Contains(kind.Mark)).Columns ?? added;
        string[] chosen = [.. own.Where(added.Contains)];
        return chosen.Length > 0 ? chosen
            : throw new ArgumentException($"the model adds nothing that --format {format.Name} can hold: "
                + $"{(format == PartFormat.Pictures ? "it makes no pictures" : "no numbers, text or vectors of known size")}. "
                + $"It gives {Named([.. scored.Where(column => !column.IsHidden).Select(column => column.Name)])}: choose another --format, or name --columns.");
    }

    private bool Writable(DataViewSchema.Column column) => format.Takes(column.Type);

    private static string Named(string[] columns) => columns.Length == 0 ? "none" : string.Join(", ", columns.Select(name => $"'{name}'"));

    private static bool IsKeyOfValues(DataViewSchema.Column column) =>
        ScoredColumn.ItemOf(column.Type) is KeyDataViewType && column.Annotations.Schema.GetColumnOrNull("KeyValues") is not null;

    // The likeliest classes, the first of equals first.
    private IDataView WithTop(IDataView scored)
    {
        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema[Score].GetSlotNames(ref slots);
        string[] classes = [.. slots.DenseValues().Select(name => name.ToString())];
        if (top > classes.Length)
            throw new ArgumentException($"--top-k is {top}; the model knows {classes.Length} classes.");
        SchemaDefinition output = SchemaDefinition.Create(typeof(TopRow));
        output[TopLabels].ColumnType = new VectorDataViewType(TextDataViewType.Instance, top);
        output[TopScores].ColumnType = new VectorDataViewType(NumberDataViewType.Single, top);
        return context.Transforms.CustomMapping<ScoreRow, TopRow>((row, best) =>
        {
            int[] order = [.. Enumerable.Range(0, classes.Length).OrderByDescending(i => row.Score[i]).Take(top)];
            best.TopLabels = [.. order.Select(i => classes[i])];
            best.TopScores = [.. order.Select(i => row.Score[i])];
        }, contractName: null, outputSchemaDefinition: output).Fit(scored).Transform(scored);
    }

    private sealed class ScoreRow
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class TopRow
    {
        public string[] TopLabels { get; set; } = [];

        public float[] TopScores { get; set; } = [];
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Classification;

/// <summary>What a report reads of a scored view, in one pass that keeps a few numbers a row.</summary>
internal sealed class ScoredRows
{
    private readonly Dictionary<string, int> unseen = new(StringComparer.Ordinal);

    private ScoredRows(ClassList classes) => Classes = classes;

    public ClassList Classes { get; }

    public List<ScoredRow> Rows { get; } = [];

    /// <summary>Each of <see cref="Rows"/>' file; empty where there is no such column.</summary>
    public List<string> Paths { get; } = [];

    public IReadOnlyDictionary<string, int> UnseenLabels => unseen.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary();

    public int MissingLabelCount { get; private set; }

    public int NotFiniteCount { get; private set; }

    /// <exception cref="InvalidDataException">A row cannot be read.</exception>
    public static ScoredRows Read(IDataView view, ClassificationReportOptions options)
    {
        NetworkInput.Find(view, options.LabelColumnName);
        LabelColumn labels = null!;
        RowErrors.Tell(() => "a row", () => labels = LabelColumn.Of(view, options.LabelColumnName));
        view = labels.Rows;
        ScoreColumn scores = ScoreColumn.Find(view, options.ScoreColumnName, options.LabelColumnName);
        DataViewSchema.Column? path = view.Schema.GetColumnOrNull(options.PathColumnName) is { Type: TextDataViewType } text ? text : null;
        ScoredRows read = new(scores.Classes);
        float[] values = new float[scores.Classes.Count];

        int row = 0;
        RowErrors.Tell(() => $"a row at or after row {row}", () =>
        {
            using DataViewRowCursor cursor = view.GetRowCursor(path is { } third ? [labels.Column, scores.Column, third] : [labels.Column, scores.Column]);
            Func<int> code = labels.Getter(cursor);
            Func<float[], bool> score = scores.Getter(cursor);
            ValueGetter<ReadOnlyMemory<char>>? getPath = path is { } column ? cursor.GetGetter<ReadOnlyMemory<char>>(column) : null;
            ReadOnlyMemory<char> file = default;
            for (; cursor.MoveNext(); row++)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                int now = code();
                if (now == ClassLabels.Missing)
                {
                    read.MissingLabelCount++;
                    continue;
                }
                int which = scores.Classes.IndexOf(labels, now);
                if (which == ClassLabels.Unseen)
                {
                    string name = labels.Classes.Names[now];
                    read.unseen[name] = read.unseen.GetValueOrDefault(name) + 1;
                    continue;
                }
                if (!score(values))
                {
                    read.NotFiniteCount++;
                    continue;
                }
                read.Rows.Add(ScoredRow.Of(row, which, values));
                if (getPath is not null)
                {
                    getPath(ref file);
                    read.Paths.Add(file.ToString());
                }
            }
        });
        return read;
    }
}

/// <summary>A classifier's column of scores, and the classes that they are of.</summary>
internal sealed class ScoreColumn
{
    // What rounding adds to a probability of 1.
    private const float Tolerance = 1e-4f;

    private readonly DataViewSchema.Column column;

    private ScoreColumn(DataViewSchema.Column column, ClassList classes)
    {
        this.column = column;
        Classes = classes;
    }

    public ClassList Classes { get; }

    public DataViewSchema.Column Column => column;

    /// <summary>Whether rows have scores that say their classes: that is how a classifier is known, whoever trained it.</summary>
    public static bool IsIn(DataViewSchema schema, string name = "Score") =>
        schema.GetColumnOrNull(name) is { Type: VectorDataViewType { Size: > 1 } type } found && type.ItemType == NumberDataViewType.Single && found.HasSlotNames();

    /// <exception cref="ArgumentException">There is no such column, or it holds something else.</exception>
    public static ScoreColumn Find(IDataView rows, string name, string labelColumnName)
    {
        DataViewSchema.Column column = NetworkInput.Find(rows, name);
        if (column.Type is not VectorDataViewType { Size: > 1 } type || type.ItemType != NumberDataViewType.Single)
            throw new ArgumentException($"column '{name}' is {column.Type}; a classifier's scores are a vector of Single, one for each of two or more classes: choose another column.");
        ClassList slots = LabelColumn.SlotClasses(column, type.Size);
        return new(column, slots.AreNumbered ? KeyClasses(rows.Schema, "PredictedLabel", type.Size) ?? KeyClasses(rows.Schema, labelColumnName, type.Size) ?? slots : slots);
    }

    /// <summary>Reads each row's scores; false where one is not a finite number.</summary>
    /// <exception cref="InvalidDataException">On reading: a score is not a probability.</exception>
    public Func<float[], bool> Getter(DataViewRowCursor cursor)
    {
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> value = default;
        return scores =>
        {
            get(ref value);
            value.CopyTo(scores);
            foreach (float score in scores)
            {
                if (!float.IsFinite(score))
                    return false;
                if (score is < -Tolerance or > 1 + Tolerance)
                    throw new InvalidDataException($"row {cursor.Position} of column '{column.Name}' has a score of {score}; a classifier's report is made of probabilities, 0 to 1: put a softmax before it.");
            }
            return true;
        };
    }

    // ML.NET's own trainers may leave the slots unnamed; prediction and label are keys of the same classes.
    private static ClassList? KeyClasses(DataViewSchema schema, string name, int count) =>
        schema.GetColumnOrNull(name) is { Type: KeyDataViewType } key && LabelColumn.KeyClasses(key) is { AreNumbered: false } classes && classes.Count == count ? classes : null;
}

/// <summary>What the figures need of a row's scores.</summary>
/// <param name="Row">Its number.</param>
/// <param name="Label">Its class.</param>
/// <param name="Predicted">The class with the largest score, of several the first.</param>
/// <param name="Rank">How many classes rank before the label.</param>
/// <param name="LabelProbability">The label's score.</param>
/// <param name="Confidence">The largest score.</param>
internal readonly record struct ScoredRow(int Row, int Label, int Predicted, int Rank, float LabelProbability, float Confidence)
{
    // As ML.NET's evaluator has it.
    private const float MinProbability = 1e-15f;

    public bool IsCorrect => Label == Predicted;

    // Less than nothing, −log 1 would be "-0.000".
    public double Loss => 0 - Math.Log(Math.Clamp(LabelProbability, MinProbability, 1));

    public static ScoredRow Of(int row, int label, ReadOnlySpan<float> scores)
    {
        float own = scores[label];
        int rank = 0, best = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > own || (scores[i] == own && i < label))
                rank++;
            if (scores[i] > scores[best])
                best = i;
        }
        return new(row, label, best, rank, own, scores[best]);
    }
}

/// <summary>Says of a failure while rows are read what it was, and about where.</summary>
internal static class RowErrors
{
    /// <exception cref="InvalidDataException">A row could not be read.</exception>
    public static void Tell(Func<string> where, Action read)
    {
        try
        {
            read();
        }
        catch (InvalidOperationException e) when (e.InnerException is not (null or OperationCanceledException))
        {
            // ML.NET wraps what a row's mapping threw, and its worker is ahead of the reader.
            throw new InvalidDataException($"{where()} could not be read: {e.GetBaseException().Message}", e);
        }
    }
}

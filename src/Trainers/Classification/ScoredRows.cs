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

using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>The classes of a label column, and of each row, which one it has.</summary>
/// <param name="Classes">Text in ordinal order, numbers, keys and slots in theirs.</param>
/// <param name="Rows">Indices into <paramref name="Classes"/>, or <see cref="Unseen"/> or <see cref="Missing"/> where those were allowed.</param>
internal sealed record ClassLabels(ClassList Classes, int[] Rows)
{
    /// <summary>A label that none of the given classes has.</summary>
    public const int Unseen = -1;

    /// <summary>No label: an empty text, NaN, key 0.</summary>
    public const int Missing = -2;

    /// <summary>What to do about a row without a label, where there is no better advice.</summary>
    public const string Remedy = "filter such rows out first";

    public IReadOnlyList<string> Names => Classes.Names;

    /// <summary>How many rows have each label that no class has.</summary>
    public IReadOnlyDictionary<string, int> UnseenLabels { get; private init; } = new Dictionary<string, int>();

    /// <summary>Finds the classes and every row's.</summary>
    /// <param name="rows">All of them are read, of this one column.</param>
    /// <param name="name">Text, numbers, truth values, keys, or one-hot vectors of known size.</param>
    /// <param name="cancel">Looked at between rows.</param>
    /// <param name="remedy">What to do about a row without a label.</param>
    /// <param name="onlyUsed">
    /// Leaves out the keys and slots that no row has. A classifier keeps them: its outputs are then the label's keys, as ML.NET's evaluation takes them.
    /// </param>
    /// <param name="allowMissing">Rows without a label become <see cref="Missing"/>.</param>
    /// <exception cref="ArgumentException">The column is absent or cannot hold labels, or there are no rows.</exception>
    /// <exception cref="InvalidDataException">A row has no label, or is not one-hot.</exception>
    public static ClassLabels Read(IDataView rows, string name, CancellationToken cancel, string remedy = Remedy, bool onlyUsed = false, bool allowMissing = false)
    {
        LabelValues labels = LabelValues.Of(rows.Schema, name);
        int[] codes = ReadCodes(labels, rows, name, allowMissing ? null : remedy, cancel);
        if (codes.Length == 0)
            throw new ArgumentException($"there are no rows to read labels of column '{name}' from: give at least one.");
        HashSet<int>? used = onlyUsed ? [.. codes] : null;
        int[] order = [.. labels.InOrder().Where(code => used?.Contains(code) ?? true)];
        ClassList classes = new([.. order.Select(code => labels.Names[code])], labels.Values(order), labels.ItemType);
        int[] index = new int[labels.Names.Count];
        for (int i = 0; i < order.Length; i++)
            index[order[i]] = i;
        return new(classes, Array.ConvertAll(codes, code => code == LabelValues.Missing ? Missing : index[code]));
    }

    /// <summary>Every row's class among the given ones, as of a test set; rows without one are <see cref="Unseen"/> and <see cref="Missing"/>.</summary>
    /// <exception cref="ArgumentException">The column is absent or cannot hold labels.</exception>
    /// <exception cref="InvalidDataException">A row is not one-hot.</exception>
    public static ClassLabels ReadAs(ClassList classes, IDataView rows, string name, CancellationToken cancel)
    {
        LabelValues labels = LabelValues.Of(rows.Schema, name);
        int[] codes = ReadCodes(labels, rows, name, remedy: null, cancel);
        Func<int, int> index = classes.IndexOfCode(labels);
        int[] found = Array.ConvertAll(codes, code => code == LabelValues.Missing ? Missing : index(code));
        return new(classes, found)
        {
            UnseenLabels = codes.Where((_, row) => found[row] == Unseen).CountBy(code => labels.Names[code])
                .OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(pair => pair.Key, pair => pair.Value),
        };
    }

    /// <summary>These labels, which must be of two classes or more.</summary>
    /// <param name="what">Who asks, with an article: "a classifier".</param>
    /// <param name="column">The column's name.</param>
    /// <param name="remedy">What to do.</param>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public ClassLabels AtLeastTwo(string what, string column, string remedy)
    {
        int[] used = [.. Rows.Where(row => row >= 0).Distinct().Take(2)];
        return used.Length == 2 ? this
            : throw new ArgumentException($"column '{column}' has {(used.Length == 0 ? "no labels" : $"one value, '{Names[used[0]]}'")}; {what} needs at least two: {remedy}.");
    }

    /// <summary>A one-hot row of bytes each, [rows, classes].</summary>
    public Tensor OneHot()
    {
        byte[] rows = new byte[Rows.Length * Names.Count];
        for (int row = 0; row < Rows.Length; row++)
            rows[(row * Names.Count) + Rows[row]] = 1;
        return tensor(rows, [Rows.Length, Names.Count]);
    }

    public static InvalidDataException NoLabel(long row, string column, string remedy) => new($"row {row} of column '{column}' has no label: {remedy}.");

    private static int[] ReadCodes(LabelValues labels, IDataView rows, string name, string? remedy, CancellationToken cancel)
    {
        using DataViewRowCursor cursor = rows.GetRowCursor([rows.Schema[name]]);
        Func<int> get = labels.Codes(cursor);
        List<int> codes = [];
        while (cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            int code = get();
            if (code == LabelValues.Missing && remedy is not null)
                throw NoLabel(codes.Count, name, remedy);
            codes.Add(code);
        }
        return [.. codes];
    }
}

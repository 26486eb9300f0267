using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>
/// The classes that a model tells apart, in the order of its outputs. Labels of other rows find their class by name, so that a
/// test set may hold as text what the training set held as keys.
/// </summary>
internal sealed class ClassList
{
    private readonly Dictionary<string, int> indices;

    /// <param name="names">Distinct.</param>
    /// <param name="values">As many, of the type that <paramref name="itemType"/> says; text as strings.</param>
    /// <param name="itemType">Text, a number, or a truth value.</param>
    public ClassList(IReadOnlyList<string> names, Array values, PrimitiveDataViewType itemType)
    {
        Names = names;
        Values = values;
        ItemType = itemType;
        indices = names.Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => pair.index, StringComparer.Ordinal);
    }

    public ClassList(IReadOnlyList<string> names)
        : this(names, names.ToArray(), TextDataViewType.Instance)
    {
    }

    public int Count => Names.Count;

    public IReadOnlyList<string> Names { get; }

    /// <summary>The labels as they were: string[], or an array of <see cref="ItemType"/>'s numbers or truth values.</summary>
    public Array Values { get; }

    /// <summary>The type of a label, for the values of a key column that names the classes.</summary>
    public PrimitiveDataViewType ItemType { get; }

    /// <summary>-1 where there is no such class.</summary>
    public int IndexOf(string name) => indices.GetValueOrDefault(name, ClassLabels.Unseen);

    /// <summary>Each row's class as the cursor comes by: <see cref="ClassLabels.Unseen"/> (-1) for a label that no class has.</summary>
    /// <exception cref="ArgumentException">The column is absent or cannot hold labels.</exception>
    /// <exception cref="InvalidDataException">On reading: a row has no label, or is not one-hot.</exception>
    public Func<int> IndexGetter(DataViewRowCursor cursor, string labelColumnName)
    {
        LabelValues labels = LabelValues.Of(cursor.Schema, labelColumnName);
        Func<int> code = labels.Codes(cursor);
        Func<int, int> index = IndexOfCode(labels);
        return () => code() is var now && now != LabelValues.Missing ? index(now) : throw ClassLabels.NoLabel(cursor.Position, labelColumnName, ClassLabels.Remedy);
    }

    /// <summary>
    /// From another column's codes to classes here, by name, looked up once a code. Numbered keys and slots say nothing but a place: where
    /// there are as many as classes, they are taken for these in order, as ML.NET's evaluation takes them.
    /// </summary>
    public Func<int, int> IndexOfCode(LabelValues labels)
    {
        if (labels.AreNumbered && labels.Names.Count == Count)
            return code => code;
        List<int> known = [];
        return code =>
        {
            while (known.Count <= code)
                known.Add(IndexOf(labels.Names[known.Count]));
            return known[code];
        };
    }
}

using System.Collections;

namespace Microsoft.ML;

/// <summary>The ordered columns of a data view. Of columns that share a name, the last one hides the others.</summary>
public sealed partial class DataViewSchema : IReadOnlyList<DataViewSchema.Column>
{
    private readonly Column[] columns;
    private readonly Dictionary<string, int> indexByName = new();

    private DataViewSchema(Column[] columns)
    {
        this.columns = columns;
        foreach (Column column in columns)
            indexByName[column.Name] = column.Index;
    }

    public int Count => columns.Length;

    public Column this[string name]
    {
        get
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            return GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(nameof(name), $"Column '{name}' not found");
        }
    }

    public Column this[int columnIndex]
    {
        get
        {
            if (columnIndex < 0 || columnIndex >= columns.Length)
                throw new ArgumentOutOfRangeException(nameof(columnIndex));
            return columns[columnIndex];
        }
    }

    public Column? GetColumnOrNull(string name)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentNullException(nameof(name));
        return indexByName.TryGetValue(name, out int index) ? columns[index] : null;
    }

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{Count} columns";

    /// <summary>A column with its place in a schema.</summary>
    public struct Column
    {
        internal Column(string name, int index, bool isHidden, Data.DataViewType type, Annotations annotations)
        {
            Name = name;
            Index = index;
            IsHidden = isHidden;
            Type = type;
            Annotations = annotations ?? Annotations.Empty;
        }

        public string Name { get; }

        public int Index { get; }

        public bool IsHidden { get; }

        public Data.DataViewType Type { get; }

        public Annotations Annotations { get; }

        public override string ToString() =>
            Annotations == null || Annotations.Schema.Count == 0
                ? $"{Name}: {Type}"
                : $"{Name}: {Type} {{{string.Join(", ", Annotations.Schema.Select(annotation => annotation.Name))}}}";
    }

    /// <summary>A column that is in no schema yet.</summary>
    public struct DetachedColumn
    {
        public DetachedColumn(string name, Data.DataViewType type, Annotations annotations = null)
        {
            if (string.IsNullOrEmpty(name))
                throw new ArgumentNullException(nameof(name));
            ArgumentNullException.ThrowIfNull(type);
            Name = name;
            Type = type;
            Annotations = annotations ?? Annotations.Empty;
        }

        public DetachedColumn(Column column)
        {
            Name = column.Name;
            Type = column.Type;
            Annotations = column.Annotations;
        }

        public string Name { get; }

        public Data.DataViewType Type { get; }

        public Annotations Annotations { get; }
    }

    /// <summary>Collects columns and turns them into a schema.</summary>
    public sealed class Builder
    {
        private readonly List<DetachedColumn> items = new();

        public Builder()
        {
        }

        public void AddColumn(string name, Data.DataViewType type, Annotations annotations = null) =>
            items.Add(new DetachedColumn(name, type, annotations));

        public void AddColumns(IEnumerable<Column> source)
        {
            foreach (Column column in source)
                items.Add(new DetachedColumn(column));
        }

        public void AddColumns(IEnumerable<DetachedColumn> source)
        {
            foreach (DetachedColumn column in source)
                AddColumn(column.Name, column.Type, column.Annotations);
        }

        public DataViewSchema ToSchema()
        {
            var last = new Dictionary<string, int>();
            for (int i = 0; i < items.Count; i++)
                last[items[i].Name] = i;
            return new DataViewSchema(items
                .Select((item, i) => new Column(item.Name, i, last[item.Name] != i, item.Type, item.Annotations))
                .ToArray());
        }
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>
/// A view whose values are computed from the row's index when they are asked for: column-selective, shuffled by index,
/// any number of cursors at once. The column functions must be safe to call from several threads.
/// </summary>
internal sealed class IndexedRows : IDataView
{
    private readonly int count;
    private readonly IndexedColumn[] columns;

    public IndexedRows(int count, params IndexedColumn[] columns)
    {
        this.count = count;
        this.columns = columns;
        var schema = new DataViewSchema.Builder();
        foreach (var column in columns)
            schema.AddColumn(column.Name, column.Type, column.Annotations);
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount() => count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var active = new bool[columns.Length];
        foreach (var column in columnsNeeded)
        {
            if (column.Index >= columns.Length || columns[column.Index].Name != column.Name)
                throw new ArgumentException($"Column '{column.Name}' is not in this view's schema", nameof(columnsNeeded));
            active[column.Index] = true;
        }
        return new IndexedRowCursor(Schema, columns, active, count, rand is null ? null : Permutation(rand));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>A row that stands wherever it is put; its columns are all there.</summary>
    /// <param name="row">Its number among all rows, which is its id.</param>
    /// <param name="position">How many rows it stood at before.</param>
    public DataViewRow Row(Func<int> row, Func<long> position) => new IndexedRow(Schema, columns, row, position);

    private int[] Permutation(Random random)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        // Fisher-Yates by hand: a Random of ML.NET's own may override Next alone.
        for (var i = count - 1; i > 0; i--)
        {
            var j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}

/// <summary>Writes a column's value at a row into <paramref name="value"/>, which may hold an earlier row's value.</summary>
internal delegate void RowGetter<T>(int row, ref T value);

/// <summary>One column of <see cref="IndexedRows"/>.</summary>
internal abstract class IndexedColumn(string name, DataViewType type)
{
    public string Name { get; } = name;

    public DataViewType Type { get; } = type;

    public DataViewSchema.Annotations? Annotations { get; init; }

    /// <summary>A text column.</summary>
    public static IndexedColumn Text(string name, Func<int, string> value) =>
        new IndexedColumn<ReadOnlyMemory<char>>(name, TextDataViewType.Instance,
            (int row, ref ReadOnlyMemory<char> text) => text = value(row).AsMemory());

    /// <summary>A column of Single.</summary>
    public static IndexedColumn Single(string name, Func<int, float> value) =>
        new IndexedColumn<float>(name, NumberDataViewType.Single, (int row, ref float number) => number = value(row));

    /// <summary>
    /// A column of pictures, made when a row is asked for. As ML.NET's own image loader does, a getter disposes the
    /// picture it gave for the row before.
    /// </summary>
    /// <param name="name">The column's.</param>
    /// <param name="type">Its type.</param>
    /// <param name="value">Makes a row's picture.</param>
    /// <param name="areGrey">Whether all pictures are stored without colour.</param>
    public static IndexedColumn Image(string name, ImageDataViewType type, Func<int, MLImage> value, bool areGrey = false)
    {
        PictureTypes.Register(type);
        return new IndexedColumn<MLImage?>(name, type, (int row, ref MLImage? image) =>
        {
            image?.Dispose();
            image = null;
            image = value(row);
        })
        {
            Annotations = StoredGrey.Of(areGrey),
        };
    }
}

/// <summary>A column whose values are <typeparamref name="T"/>, computed from the row's index.</summary>
internal sealed class IndexedColumn<T>(string name, DataViewType type, RowGetter<T> get) : IndexedColumn(name, type)
{
    public RowGetter<T> Get { get; } = get;
}

/// <summary>A row of <see cref="IndexedRows"/> by its number.</summary>
internal sealed class IndexedRow(DataViewSchema schema, IndexedColumn[] columns, Func<int> row, Func<long> position) : DataViewRow
{
    public override DataViewSchema Schema => schema;

    public override long Position => position();

    public override long Batch => 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < columns.Length && columns[column.Index].Name == column.Name;

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)row(), 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        IndexedColumn<TValue> typed = (IndexedColumn<TValue>)columns[column.Index];
        return (ref TValue value) => typed.Get(row(), ref value);
    }
}

/// <summary>Walks <see cref="IndexedRows"/>, in order or in that of a permutation.</summary>
internal sealed class IndexedRowCursor(DataViewSchema schema, IndexedColumn[] columns, bool[] active, int count, int[]? order)
    : DataViewRowCursor
{
    private long position = -1;
    private bool finished;

    public override DataViewSchema Schema => schema;

    /// <summary>-1 before the first row and after the last.</summary>
    public override long Position => finished ? -1 : position;

    public override long Batch => 0;

    // The index in the source, whatever the order of reading.
    private int Row =>
        Position < 0 ? throw new InvalidOperationException("The cursor is not at a row: call MoveNext first, and read only while it returns true")
        : order is null ? (int)position : order[position];

    public override bool MoveNext()
    {
        if (finished || position + 1 >= count)
            return !(finished = true);
        position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index < active.Length && columns[column.Index].Name == column.Name && active[column.Index];

    // A row keeps its id in every order.
    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentException($"Column '{column.Name}' was not asked for when this cursor was made", nameof(column));
        if (columns[column.Index] is not IndexedColumn<TValue> typed)
            throw new InvalidOperationException(
                $"Column '{column.Name}' holds {column.Type}, read it as {column.Type.RawType.Name}, not as {typeof(TValue).Name}");
        return (ref TValue value) => typed.Get(Row, ref value);
    }
}

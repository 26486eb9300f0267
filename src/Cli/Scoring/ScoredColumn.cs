using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Parquet;
using Parquet.Schema;

namespace MLNetGen.Cli.Scoring;

/// <summary>A column of numbers, text or truth values, or vectors of one size of them, read row by row and written as text, JSON or a Parquet column.</summary>
internal abstract class ScoredColumn
{
    private static readonly Dictionary<Type, Func<DataViewRow, DataViewSchema.Column, ScoredColumn>> Makers = new()
    {
        [typeof(bool)] = (row, column) => new ScoredColumn<bool>(row, column),
        [typeof(sbyte)] = (row, column) => new ScoredColumn<sbyte>(row, column),
        [typeof(byte)] = (row, column) => new ScoredColumn<byte>(row, column),
        [typeof(short)] = (row, column) => new ScoredColumn<short>(row, column),
        [typeof(ushort)] = (row, column) => new ScoredColumn<ushort>(row, column),
        [typeof(int)] = (row, column) => new ScoredColumn<int>(row, column),
        [typeof(uint)] = (row, column) => new ScoredColumn<uint>(row, column),
        [typeof(long)] = (row, column) => new ScoredColumn<long>(row, column),
        [typeof(ulong)] = (row, column) => new ScoredColumn<ulong>(row, column),
        [typeof(float)] = (row, column) => new ScoredColumn<float>(row, column),
        [typeof(double)] = (row, column) => new ScoredColumn<double>(row, column),
        [typeof(ReadOnlyMemory<char>)] = (row, column) => new ScoredColumn<ReadOnlyMemory<char>>(row, column),
    };

    private protected ScoredColumn(DataViewSchema.Column column)
    {
        Name = column.Name;
        IsVector = column.Type is VectorDataViewType;
        if (column.Type is not VectorDataViewType { Size: > 1 } vector)
            return;
        Size = vector.Size;
        if (!column.HasSlotNames())
            return;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        string[] slots = [.. names.DenseValues().Select(name => name.ToString())];
        // Two slots of one name cannot be told by it.
        if (slots.All(name => name.Length > 0) && slots.Distinct().Count() == Size)
            SlotNames = slots;
    }

    public string Name { get; }

    /// <summary>Length of its vectors; null: a row has one value, as it has of vectors of one.</summary>
    public int? Size { get; }

    private protected bool IsVector { get; }

    /// <summary>Names of a vector's slots, such as classes; null where they have none.</summary>
    public IReadOnlyList<string>? SlotNames { get; }

    /// <summary>Whether values of such a type can be written.</summary>
    public static bool Holds(DataViewType type) => Makers.ContainsKey(type.RawType);

    /// <summary>All columns of rows, at the cursor's row.</summary>
    public static ScoredColumn[] Of(DataViewRow row) => [.. row.Schema.Where(column => !column.IsHidden).Select(column => Makers[ItemOf(column.Type).RawType](row, column))];

    /// <summary>A vector's own, or the type itself.</summary>
    public static DataViewType ItemOf(DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type;

    /// <summary>Reads the row where the cursor stands.</summary>
    public abstract void Read();

    /// <summary>A value of the row that was read; 0 of a column with one.</summary>
    public abstract string Text(int slot);

    public abstract void WriteJson(Utf8JsonWriter to, int slot);

    /// <summary>What a Parquet file calls it: a value, or a list.</summary>
    public abstract Field Field { get; }

    /// <summary>Keeps the row that was read for <see cref="WriteKept"/>.</summary>
    public abstract void Keep();

    /// <summary>Writes all rows that were kept, and keeps them no more.</summary>
    public abstract Task WriteKept(ParquetRowGroupWriter to);
}

/// <inheritdoc/>
internal sealed class ScoredColumn<T> : ScoredColumn
    where T : struct
{
    // A Parquet list's place in its row: 0 begins one. And: the list is there, and so is the value.
    private const int NextOfList = 1, Present = 2;

    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly Action read;
    private readonly T[] values;
    private readonly List<T> kept = [];
    private readonly DataField data;

    public ScoredColumn(DataViewRow row, DataViewSchema.Column column)
        : base(column)
    {
        values = new T[Size ?? 1];
        data = new DataField(Size is null ? Name : ListField.ElementName, typeof(T) == typeof(ReadOnlyMemory<char>) ? typeof(string) : typeof(T), isNullable: false);
        Field = Size is null ? data : new ListField(Name, data);
        if (!IsVector)
        {
            ValueGetter<T> get = row.GetGetter<T>(column);
            read = () => get(ref values[0]);
        }
        else
        {
            ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> vector = default;
            read = () =>
            {
                get(ref vector);
                vector.CopyTo(values);
            };
        }
    }

    public override Field Field { get; }

    public override void Read() => read();

    public override string Text(int slot) => values[slot] switch
    {
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => values[slot].ToString()!,
    };

    public override void WriteJson(Utf8JsonWriter to, int slot)
    {
        if (values[slot] is ReadOnlyMemory<char> text)
            to.WriteStringValue(text.Span);
        else
            JsonSerializer.Serialize(to, values[slot], Json);
    }

    public override void Keep()
    {
        foreach (T value in values)
            // The text may lie in what the next row is read into.
            kept.Add(value is ReadOnlyMemory<char> text ? (T)(object)text.ToString().AsMemory() : value);
    }

    public override async Task WriteKept(ParquetRowGroupWriter to)
    {
        // A column of single values has none of both, which is not the same as empty ones.
        ReadOnlyMemory<int>? present = null, places = null;
        if (Size is { } size)
        {
            present = Enumerable.Repeat(Present, kept.Count).ToArray();
            places = Enumerable.Range(0, kept.Count).Select(i => i % size == 0 ? 0 : NextOfList).ToArray();
        }
        await to.WriteAllPartsAsync<T>(data, kept.ToArray(), present, places, CancellationToken.None).ConfigureAwait(false);
        kept.Clear();
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace MLNetGen;

/// <summary>An input of a network, and the column that it is read from: values of many rows in one array, row after row.</summary>
/// <param name="name">The input's name.</param>
/// <param name="column">The column.</param>
/// <param name="shape">Of one row; the first axis is 1.</param>
internal abstract class InputTensor(string name, DataViewSchema.Column column, long[] shape)
{
    public string Name { get; } = name;

    public DataViewSchema.Column Column { get; } = column;

    /// <summary>Values of a row.</summary>
    public int Length { get; } = (int)shape.Aggregate(1L, (product, length) => product * length);

    /// <summary>Null where the column holds what no tensor does.</summary>
    public static InputTensor? Of(string name, DataViewSchema.Column column, long[] shape)
    {
        Type item = column.Type is VectorDataViewType vector ? vector.ItemType.RawType : column.Type.RawType;
        return item == typeof(ReadOnlyMemory<char>) ? new TextInput(name, column, shape) : TensorTypes.Visit(item, new Maker(name, column, shape));
    }

    public abstract Array NewBuffer(int rows);

    /// <summary>What copies the value of a cursor's row into a place of a buffer.</summary>
    public abstract Action<Array, int> Reader(DataViewRow row);

    /// <summary>Rows of a buffer as a tensor, over the buffer's own memory where that can be.</summary>
    public abstract OrtValue Value(Array buffer, int first, int rows);

    public abstract bool AreEqual(Array buffer, int row, int other);

    public void CopyRow(Array from, int row, Array to, int place) => Array.Copy(from, row * Length, to, place * Length, Length);

    protected long[] ShapeOf(int rows) => [rows, .. shape[1..]];

    private sealed class Maker(string name, DataViewSchema.Column column, long[] shape) : INumberVisitor<InputTensor>
    {
        public InputTensor Visit<T>()
            where T : unmanaged => new NumberInput<T>(name, column, shape);
    }
}

/// <summary>An array of values, row after row.</summary>
internal abstract class InputTensor<T>(string name, DataViewSchema.Column column, long[] shape) : InputTensor(name, column, shape)
{
    public override Array NewBuffer(int rows) => new T[rows * Length];

    public override bool AreEqual(Array buffer, int row, int other) => RowOf(buffer, row).SequenceEqual(RowOf(buffer, other), Comparer);

    public override Action<Array, int> Reader(DataViewRow row)
    {
        if (Column.Type is not VectorDataViewType)
        {
            ValueGetter<T> getScalar = row.GetGetter<T>(Column);
            return (buffer, place) => getScalar(ref ((T[])buffer)[place]);
        }
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(Column);
        VBuffer<T> value = default;
        return (buffer, place) =>
        {
            get(ref value);
            if (value.Length != Length)
                throw new InvalidDataException($"column '{Column.Name}' has {value.Length} values here, and its type says {Length}");
            value.CopyTo(RowOf(buffer, place));
        };
    }

    protected abstract IEqualityComparer<T> Comparer { get; }

    private Span<T> RowOf(Array buffer, int row) => ((T[])buffer).AsSpan(row * Length, Length);
}

/// <summary>Numbers.</summary>
internal sealed class NumberInput<T>(string name, DataViewSchema.Column column, long[] shape) : InputTensor<T>(name, column, shape)
    where T : unmanaged
{
    protected override IEqualityComparer<T> Comparer => EqualityComparer<T>.Default;

    public override OrtValue Value(Array buffer, int first, int rows) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, ((T[])buffer).AsMemory(first * Length, rows * Length), ShapeOf(rows));
}

/// <summary>Text.</summary>
internal sealed class TextInput(string name, DataViewSchema.Column column, long[] shape) : InputTensor<ReadOnlyMemory<char>>(name, column, shape)
{
    protected override IEqualityComparer<ReadOnlyMemory<char>> Comparer { get; } = EqualityComparer<ReadOnlyMemory<char>>.Create((a, b) => a.Span.SequenceEqual(b.Span));

    public override OrtValue Value(Array buffer, int first, int rows)
    {
        OrtValue value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, ShapeOf(rows));
        for (int i = 0; i < rows * Length; i++)
            value.StringTensorSetElementAt(((ReadOnlyMemory<char>[])buffer)[(first * Length) + i], i);
        return value;
    }
}

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace MLNetGen;

/// <summary>An output of a network as a column: values of many rows in one array, row after row.</summary>
/// <param name="name">The output's name in the file.</param>
/// <param name="column">The column, a vector of known size.</param>
internal abstract class OutputTensor(string name, DataViewSchema.Column column)
{
    public string Name { get; } = name;

    public DataViewSchema.Column Column { get; } = column;

    /// <summary>Values of a row.</summary>
    public int Length { get; } = ((VectorDataViewType)column.Type).Size;

    /// <summary>Null where the column holds what is in no tensor.</summary>
    public static OutputTensor? Of(string name, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { IsKnownSize: true } vector)
            return null;
        Type item = vector.ItemType.RawType;
        return item == typeof(ReadOnlyMemory<char>) ? new TextOutput(name, column) : TensorTypes.Visit(item, new Maker(name, column));
    }

    public abstract Array NewBuffer(int rows);

    /// <summary>Copies what a run of some rows gave.</summary>
    /// <exception cref="InvalidDataException">It has another size than so many rows.</exception>
    public void Copy(OrtValue value, Array buffer, int first, int rows)
    {
        long[] shape = value.GetTensorTypeAndShape().Shape;
        long count = shape.Aggregate(1L, (product, length) => product * length);
        if (count != (long)rows * Length || (rows > 1 && (shape.Length == 0 || shape[0] % rows != 0)))
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"output '{Name}' has the shape [{string.Join(", ", shape)}] for {rows} row(s), and not {Length} values a row, as its type says"));
        }
        CopyValues(value, buffer, first, rows);
    }

    /// <summary>What gives a cursor's row.</summary>
    public abstract Delegate Getter(Func<(Array Buffer, int Row)> current);

    /// <summary>Whether the same rows of two buffers are the same but for rounding.</summary>
    public abstract bool AreClose(Array buffer, Array other, int row);

    protected abstract void CopyValues(OrtValue value, Array buffer, int first, int rows);

    private sealed class Maker(string name, DataViewSchema.Column column) : INumberVisitor<OutputTensor>
    {
        public OutputTensor Visit<T>()
            where T : unmanaged => new NumberOutput<T>(name, column);
    }
}

/// <summary>An array of values, row after row.</summary>
internal abstract class OutputTensor<T>(string name, DataViewSchema.Column column) : OutputTensor(name, column)
{
    public override Array NewBuffer(int rows) => new T[rows * Length];

    public override Delegate Getter(Func<(Array Buffer, int Row)> current)
    {
        return (ValueGetter<VBuffer<T>>)Get;

        void Get(ref VBuffer<T> value)
        {
            (Array buffer, int row) = current();
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, Length);
            RowOf(buffer, row).CopyTo(editor.Values);
            value = editor.Commit();
        }
    }

    protected Span<T> RowOf(Array buffer, int row) => ((T[])buffer).AsSpan(row * Length, Length);
}

/// <summary>Numbers.</summary>
internal sealed class NumberOutput<T>(string name, DataViewSchema.Column column) : OutputTensor<T>(name, column)
    where T : unmanaged
{
    // Of the row's largest: sums of other lengths are added in another order, which is far less; rows that know of each other differ by far more.
    private const double Tolerance = 1e-4;

    public override bool AreClose(Array buffer, Array other, int row)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            return RowOf(buffer, row).SequenceEqual(RowOf(other, row));
        double[] values = Doubles(buffer, row), others = Doubles(other, row);
        double largest = others.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        return values.Zip(others).All(pair => pair.First.Equals(pair.Second) || Math.Abs(pair.First - pair.Second) <= Tolerance * largest);
    }

    protected override void CopyValues(OrtValue value, Array buffer, int first, int rows) => value.GetTensorDataAsSpan<T>().CopyTo(((T[])buffer).AsSpan(first * Length));

    private double[] Doubles(Array buffer, int row) => [.. RowOf(buffer, row).ToArray().Select(value => Convert.ToDouble(value, CultureInfo.InvariantCulture))];
}

/// <summary>Text.</summary>
internal sealed class TextOutput(string name, DataViewSchema.Column column) : OutputTensor<ReadOnlyMemory<char>>(name, column)
{
    public override bool AreClose(Array buffer, Array other, int row)
    {
        for (int i = 0; i < Length; i++)
        {
            if (!RowOf(buffer, row)[i].Span.SequenceEqual(RowOf(other, row)[i].Span))
                return false;
        }
        return true;
    }

    protected override void CopyValues(OrtValue value, Array buffer, int first, int rows)
    {
        for (int i = 0; i < rows * Length; i++)
            ((ReadOnlyMemory<char>[])buffer)[(first * Length) + i] = value.GetStringElementAsMemory(i);
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>
/// A column of the rows before a network, whose values are kept with what the network makes of them: the rows are read ahead of those that are asked for, and once only.
/// Numbers, text, times, and vectors of them; pictures are large, and ML.NET's transforms dispose of them.
/// </summary>
internal abstract class KeptColumn(DataViewSchema.Column column)
{
    public DataViewSchema.Column Column { get; } = column;

    /// <summary>Null where the column holds something else.</summary>
    public static KeptColumn? Of(DataViewSchema.Column column) => column.Type is VectorDataViewType vector
        ? RawTypes.Visit(vector.ItemType.RawType, new Maker(column, isVector: true))
        : column.Type is PrimitiveDataViewType ? RawTypes.Visit(column.Type.RawType, new Maker(column, isVector: false)) : null;

    public abstract Array NewBuffer(int rows);

    /// <summary>What copies the value of a cursor's row into a place of a buffer.</summary>
    public abstract Action<Array, int> Reader(DataViewRow row);

    /// <summary>What gives a cursor's row.</summary>
    public abstract Delegate Getter(Func<(Array Buffer, int Row)> current);

    private sealed class Maker(DataViewSchema.Column column, bool isVector) : IRawTypeVisitor<KeptColumn>
    {
        public KeptColumn Visit<T>() => isVector ? new KeptVector<T>(column) : new KeptScalar<T>(column);
    }
}

/// <summary>One value a row.</summary>
internal sealed class KeptScalar<T>(DataViewSchema.Column column) : KeptColumn(column)
{
    public override Array NewBuffer(int rows) => new T[rows];

    public override Action<Array, int> Reader(DataViewRow row)
    {
        ValueGetter<T> get = row.GetGetter<T>(Column);
        return (buffer, place) => get(ref ((T[])buffer)[place]);
    }

    public override Delegate Getter(Func<(Array Buffer, int Row)> current)
    {
        return (ValueGetter<T>)Get;

        void Get(ref T value)
        {
            (Array buffer, int row) = current();
            value = ((T[])buffer)[row];
        }
    }
}

/// <summary>A vector a row; the memory of one is used again by a later one.</summary>
internal sealed class KeptVector<T>(DataViewSchema.Column column) : KeptColumn(column)
{
    public override Array NewBuffer(int rows) => new VBuffer<T>[rows];

    public override Action<Array, int> Reader(DataViewRow row)
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(Column);
        return (buffer, place) => get(ref ((VBuffer<T>[])buffer)[place]);
    }

    public override Delegate Getter(Func<(Array Buffer, int Row)> current)
    {
        return (ValueGetter<VBuffer<T>>)Get;

        void Get(ref VBuffer<T> value)
        {
            (Array buffer, int row) = current();
            ((VBuffer<T>[])buffer)[row].CopyTo(ref value);
        }
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>A label column as a tensor: numbers and truth values as float32 [N, 1], vectors as float32 [N, length], keys as int64 [N] from 0.</summary>
internal static class LabelInput
{
    /// <exception cref="ArgumentException">There is no such column, or it is of another type.</exception>
    /// <exception cref="InvalidDataException">A label is missing or not finite.</exception>
    public static Tensor Read(IDataView rows, string name, CancellationToken cancel)
    {
        DataViewSchema.Column column = NetworkInput.Find(rows, name);
        return column.Type switch
        {
            KeyDataViewType { RawType: var raw } when raw == typeof(uint) => Scalars<uint, long>(rows, column, (key, row) =>
                key > 0 ? key - 1L : throw new InvalidDataException($"row {row} of column '{name}' has no label (a missing key): filter such rows out first."), [-1], cancel),
            NumberDataViewType { RawType: var raw } when raw == typeof(float) => Scalars<float, float>(rows, column, (x, row) => Finite(x, name, row), [-1, 1], cancel),
            NumberDataViewType { RawType: var raw } when raw == typeof(double) => Scalars<double, float>(rows, column, (x, row) => Finite((float)x, name, row), [-1, 1], cancel),
            NumberDataViewType { RawType: var raw } when raw == typeof(int) => Scalars<int, float>(rows, column, (x, _) => x, [-1, 1], cancel),
            BooleanDataViewType => Scalars<bool, float>(rows, column, (x, _) => x ? 1 : 0, [-1, 1], cancel),
            VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw }, IsKnownSize: true } vector when raw == typeof(float) => Vectors(rows, column, vector.Size, cancel),
            _ => throw new ArgumentException($"column '{name}' is {column.Type}; a label is a number, a truth value, a key (MapValueToKey makes one of text) or a vector of Single of one known size."),
        };
    }

    private static float Finite(float x, string name, long row) =>
        float.IsFinite(x) ? x : throw new InvalidDataException($"row {row} of column '{name}' has the label {x}: replace or filter such rows first.");

    private static Tensor Scalars<TFrom, TTo>(IDataView rows, DataViewSchema.Column column, Func<TFrom, long, TTo> convert, long[] shape, CancellationToken cancel)
        where TTo : unmanaged
    {
        List<TTo> values = [];
        using DataViewRowCursor cursor = rows.GetRowCursor([column]);
        ValueGetter<TFrom> get = cursor.GetGetter<TFrom>(column);
        TFrom value = default!;
        while (cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            get(ref value);
            values.Add(convert(value, values.Count));
        }

        return from_array(values.ToArray()).reshape(shape);
    }

    private static Tensor Vectors(IDataView rows, DataViewSchema.Column column, int length, CancellationToken cancel)
    {
        List<float> values = [];
        using DataViewRowCursor cursor = rows.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            get(ref value);
            foreach (float x in value.DenseValues()) values.Add(Finite(x, column.Name, values.Count / length));
        }

        return from_array(values.ToArray()).reshape(-1, length);
    }
}

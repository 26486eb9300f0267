using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MLNetGen.Evaluation;

/// <summary>Reads a column of features, vectors of Single or Double of one known size, into a float64 tensor [rows, features].</summary>
internal static class FeatureColumn
{
    /// <summary>Where the nearest neighbours need a row more than they are.</summary>
    public const int LeastRows = ManifoldMetrics.DensityNeighbours + 1;

    /// <param name="rows">The rows.</param>
    /// <param name="name">The column.</param>
    /// <param name="which">What to call the rows in a message: <c>real</c> or <c>generated</c>.</param>
    public static Tensor Read(IDataView rows, string name, string which)
    {
        DataViewSchema.Column column = NetworkInput.Find(rows, name);
        return column.Type switch
        {
            VectorDataViewType { IsKnownSize: true } vector when vector.ItemType == NumberDataViewType.Single => Read<float>(rows, column, vector.Size, which),
            VectorDataViewType { IsKnownSize: true } vector when vector.ItemType == NumberDataViewType.Double => Read<double>(rows, column, vector.Size, which),
            _ => throw new ArgumentException($"column '{name}' of the {which} rows is {column.Type}; features are a vector of Single or Double of known size: "
                + "join columns with Concatenate, or give an imageColumnName for pictures."),
        };
    }

    private static Tensor Read<T>(IDataView rows, DataViewSchema.Column column, int length, string which)
        where T : struct, INumber<T>
    {
        List<double[]> values = [];
        using (DataViewRowCursor cursor = rows.GetRowCursor([column]))
        {
            ValueGetter<VBuffer<T>> get = cursor.GetGetter<VBuffer<T>>(column);
            VBuffer<T> value = default;
            while (cursor.MoveNext())
            {
                get(ref value);
                values.Add([.. value.DenseValues().Select(double.CreateChecked)]);
            }
        }
        if (values.Count < LeastRows)
        {
            throw new ArgumentException($"there are {values.Count} {which} rows, and the nearest neighbours need at least {LeastRows}: give more "
                + "(some hundreds for a figure worth reading; the papers take 10,000 and more).");
        }
        Tensor all = tensor([.. values.SelectMany(row => row)], [values.Count, length]);
        CheckFinite(all, column.Name, which);
        return all;
    }

    private static void CheckFinite(Tensor all, string name, string which)
    {
        using var scope = NewDisposeScope();
        Tensor broken = all.isfinite().logical_not().nonzero();
        if (broken.shape[0] == 0)
            return;
        (long row, long slot) = (broken[0, 0].item<long>(), broken[0, 1].item<long>());
        throw new InvalidDataException($"row {row} of column '{name}' of the {which} rows has the value {all[row, slot].item<double>()} in slot {slot}: "
            + "leave such rows out, or find out what made them.");
    }
}

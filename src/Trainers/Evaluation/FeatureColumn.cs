using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MLNetGen.Evaluation;

/// <summary>Reads a column of features, vectors of Single or Double of one known size, into a float64 tensor [rows, features].</summary>
internal static class FeatureColumn
{
    /// <param name="rows">The rows.</param>
    /// <param name="names">The columns, read together: a tensor each.</param>
    /// <param name="which">What to call the rows in a message: <c>real</c> or <c>generated</c>.</param>
    public static Tensor[] Read(IDataView rows, string[] names, string which)
    {
        DataViewSchema.Column[] columns = [.. names.Select(name => NetworkInput.Find(rows, name))];
        foreach (DataViewSchema.Column column in columns)
        {
            if (column.Type is not VectorDataViewType { IsKnownSize: true } vector || (vector.ItemType != NumberDataViewType.Single && vector.ItemType != NumberDataViewType.Double))
            {
                throw new ArgumentException($"column '{column.Name}' of the {which} rows is {column.Type}; features are a vector of Single or Double of known size: "
                    + "join columns with Concatenate, or give imageColumnName for pictures.");
            }
        }
        List<double[]>[] values = [.. columns.Select(_ => new List<double[]>())];
        try
        {
            using DataViewRowCursor cursor = rows.GetRowCursor(columns);
            Func<double[]>[] getters = [.. columns.Select(column =>
                ((VectorDataViewType)column.Type).ItemType == NumberDataViewType.Single ? Getter<float>(cursor, column) : Getter<double>(cursor, column))];
            while (cursor.MoveNext())
            {
                for (int i = 0; i < columns.Length; i++)
                    values[i].Add(getters[i]());
            }
        }
        catch (InvalidOperationException e) when (e.InnerException is not null)
        {
            // ML.NET wraps what a row's mapping threw, and its worker is ahead of this loop.
            throw new InvalidDataException($"one of the {which} rows, at or after row {values[0].Count}, could not be read: {e.GetBaseException().Message}", e);
        }
        if (values[0].Count < GenerativeMetrics.LeastRows)
        {
            throw new ArgumentException($"there are {values[0].Count} {which} rows, and the nearest neighbours need at least {GenerativeMetrics.LeastRows}: give more "
                + "(some hundreds for a figure worth reading; the papers take 10,000 and more).");
        }
        Tensor[] all = [.. values.Select(rowsOf => tensor([.. rowsOf.SelectMany(row => row)], [rowsOf.Count, rowsOf[0].Length]))];
        foreach ((Tensor one, string name) in all.Zip(names))
            CheckFinite(one, name, which);
        return all;
    }

    private static Func<double[]> Getter<T>(DataViewRowCursor cursor, DataViewSchema.Column column)
        where T : struct, INumber<T>
    {
        ValueGetter<VBuffer<T>> get = cursor.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            get(ref value);
            return [.. value.DenseValues().Select(double.CreateChecked)];
        };
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

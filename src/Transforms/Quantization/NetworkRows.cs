using System.Collections;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen;

/// <summary>What reaches a network of a chain, row by row, as inputs of ONNX Runtime's; read anew with every walk.</summary>
/// <param name="network">The network.</param>
/// <param name="before">What stands before it.</param>
/// <param name="rows">The chain's rows.</param>
internal sealed class NetworkRows(OnnxTransformer network, ITransformer before, IDataView rows) : IEnumerable<IReadOnlyCollection<NamedOnnxValue>>
{
    private readonly Lazy<(string Name, int[] Shape)[]> inputs = new(() => Inputs(OnnxModelSource.Of(network)));

    public IEnumerator<IReadOnlyCollection<NamedOnnxValue>> GetEnumerator()
    {
        IDataView view = before.Transform(rows);
        (string Name, DataViewSchema.Column Column, int[] Shape)[] columns = [.. inputs.Value.Select(input => (
            input.Name,
            view.Schema.GetColumnOrNull(input.Name) ?? throw new ArgumentException($"the calibration rows give no column '{input.Name}', which the network reads."),
            input.Shape))];
        using DataViewRowCursor cursor = view.GetRowCursor(columns.Select(input => input.Column));
        Func<NamedOnnxValue>[] read = [.. columns.Select(input => Reader(cursor, input.Name, input.Column, input.Shape))];
        while (cursor.MoveNext())
            yield return [.. read.Select(value => value())];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static (string, int[])[] Inputs(OnnxModelSource file)
    {
        using SessionOptions options = new();
        using InferenceSession session = file.Open(options);
        return [.. (file.Inputs is { Count: > 0 } named ? named : session.InputNames).Select(name => (name, file.Shapes.GetValueOrDefault(name, session.InputMetadata[name].Dimensions)))];
    }

    private static Func<NamedOnnxValue> Reader(DataViewRow row, string name, DataViewSchema.Column column, int[] shape) =>
        TensorTypes.Visit((column.Type is VectorDataViewType vector ? vector.ItemType : column.Type).RawType, new Maker(row, name, column, shape))
        ?? throw new NotSupportedException($"column '{name}' is {column.Type}, and calibration takes numbers: quantise the other networks of the chain alone (FloatLayers).");

    private sealed class Maker(DataViewRow row, string name, DataViewSchema.Column column, int[] shape) : INumberVisitor<Func<NamedOnnxValue>>
    {
        public Func<NamedOnnxValue> Visit<T>()
            where T : unmanaged
        {
            if (column.Type is not VectorDataViewType)
            {
                ValueGetter<T> scalar = row.GetGetter<T>(column);
                return () =>
                {
                    T value = default;
                    scalar(ref value);
                    return Of<T>([value]);
                };
            }
            ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
            return () =>
            {
                VBuffer<T> value = default;
                get(ref value);
                return Of(value.DenseValues().ToArray());
            };
        }

        // A row is a batch of one; another free axis has what is left.
        private NamedOnnxValue Of<T>(T[] values)
        {
            int[] lengths = [.. shape.Select((length, axis) => length > 0 ? length : axis == 0 ? 1 : -1)];
            int rest = values.Length / Math.Max(1, lengths.Where(length => length > 0).Aggregate(1, (product, length) => product * length));
            return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<T>(values, [.. lengths.Select(length => length > 0 ? length : rest)]));
        }
    }
}

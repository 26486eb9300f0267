using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Reads one input column and gives it as a tensor.</summary>
internal abstract class OnnxInput
{
    private static readonly MethodInfo MakeScalar = Generic.Method(typeof(OnnxInput), nameof(Scalar));
    private static readonly MethodInfo MakeVector = Generic.Method(typeof(OnnxInput), nameof(Vector));

    public abstract NamedOnnxValue Next();

    public static OnnxInput Of(DataViewRow row, DataViewSchema.Column column, int[] shape) =>
        column.Type is VectorDataViewType vector
            ? Generic.Invoke<OnnxInput>(MakeVector, null, [vector.ItemType.RawType], row, column, shape)
            : Generic.Invoke<OnnxInput>(MakeScalar, null, [column.Type.RawType], row, column);

    private static ScalarInput<T> Scalar<T>(DataViewRow row, DataViewSchema.Column column) => new(row, column);

    private static VectorInput<T> Vector<T>(DataViewRow row, DataViewSchema.Column column, int[] shape) => new(row, column, shape);

    private static NamedOnnxValue Tensor<T>(string name, T[] values, int[] shape) => values is ReadOnlyMemory<char>[] texts
        ? NamedOnnxValue.CreateFromTensor(name, new DenseTensor<string>(Array.ConvertAll(texts, text => text.ToString()), shape))
        : NamedOnnxValue.CreateFromTensor(name, new DenseTensor<T>(values, shape));

    private sealed class ScalarInput<T>(DataViewRow row, DataViewSchema.Column column) : OnnxInput
    {
        private readonly ValueGetter<T> getter = row.GetGetter<T>(column);

        // A single value is a 1 x 1 tensor, whatever the model's shape is.
        public override NamedOnnxValue Next()
        {
            T value = default;
            getter(ref value);
            return Tensor(column.Name, [value], [1, 1]);
        }
    }

    private sealed class VectorInput<T>(DataViewRow row, DataViewSchema.Column column, int[] shape) : OnnxInput
    {
        private readonly ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        private readonly bool isKnownSize = ((VectorDataViewType)column.Type).IsKnownSize;
        private VBuffer<T> vector;

        public override NamedOnnxValue Next()
        {
            getter(ref vector);
            var values = new T[vector.Length];
            vector.CopyTo(values);
            return Tensor(column.Name, values, isKnownSize ? shape : ShapeFor(values.Length));
        }

        // The one open dimension takes what the others leave.
        private int[] ShapeFor(int length)
        {
            int known = shape.Where(dimension => dimension > 0).Aggregate(1, (left, right) => left * right);
            return Array.ConvertAll(shape, dimension => dimension == 0 ? length / known : dimension);
        }
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>An input, output or overridable initialiser of a model, as a column.</summary>
/// <param name="Shape">The tensor's shape: -1 or 0 where a dimension is unknown.</param>
internal sealed record OnnxVariable(string Name, int[] Shape, DataViewType Type)
{
    public DataViewType ItemType => (Type as VectorDataViewType)?.ItemType ?? Type;

    public static OnnxVariable Of(string name, NodeMetadata metadata, IReadOnlyDictionary<string, int[]> shapes)
    {
        if (metadata.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR)
            throw Contracts.Except($"'{name}' of the ONNX model is of kind {metadata.OnnxValueType}: only tensors are supported");
        PrimitiveDataViewType itemType = ItemTypeOf(metadata.ElementDataType);
        int[] shape = metadata.Dimensions;
        if (!shapes.TryGetValue(name, out int[] given))
            return new OnnxVariable(name, shape, TypeOf(itemType, shape));

        if (given.Length != shape.Length || given.Zip(shape).Any(pair => pair.First != pair.Second && pair.First > 0 && pair.Second > 0))
        {
            throw Contracts.ExceptParam("shapeDictionary",
                $"The specified shape {string.Join(",", given)} is not compatible with the shape {string.Join(",", shape)} loaded from the ONNX model file. "
                + "Only unknown dimension can replace or be replaced by another dimension.");
        }
        DataViewType type = shape.Length == 0 ? itemType
            : given.All(dimension => dimension > 0) ? new VectorDataViewType(itemType, given)
            : new VectorDataViewType(itemType);
        return new OnnxVariable(name, (int[])given.Clone(), type);
    }

    /// <summary>The shape with a first dimension that is open forced to one row, and other open ones as 0.</summary>
    public int[] ShapeOfOneRow()
    {
        if (Shape.Length == 0)
            return [1];
        int[] shape = Shape.Select(dimension => Math.Max(dimension, 0)).ToArray();
        if (Shape[0] < 0)
            shape[0] = 1;
        return shape;
    }

    private static DataViewType TypeOf(PrimitiveDataViewType itemType, int[] shape)
    {
        if (shape.Length == 0)
            return itemType;
        int[] dimensions = shape.Select(dimension => Math.Max(dimension, 0)).ToArray();
        // The first dimension is the batch, and rows come one at a time.
        if (dimensions[0] == 0)
            dimensions[0] = 1;
        return dimensions.All(dimension => dimension > 0)
            ? new VectorDataViewType(itemType, dimensions)
            : new VectorDataViewType(itemType, 0);
    }

    private static PrimitiveDataViewType ItemTypeOf(TensorElementType type) => type switch
    {
        TensorElementType.Bool => BooleanDataViewType.Instance,
        TensorElementType.Int8 => NumberDataViewType.SByte,
        TensorElementType.UInt8 => NumberDataViewType.Byte,
        TensorElementType.Int16 => NumberDataViewType.Int16,
        TensorElementType.UInt16 => NumberDataViewType.UInt16,
        TensorElementType.Int32 => NumberDataViewType.Int32,
        TensorElementType.UInt32 => NumberDataViewType.UInt32,
        TensorElementType.Int64 => NumberDataViewType.Int64,
        TensorElementType.UInt64 => NumberDataViewType.UInt64,
        TensorElementType.Float => NumberDataViewType.Single,
        TensorElementType.Double => NumberDataViewType.Double,
        TensorElementType.String => TextDataViewType.Instance,
        _ => throw Contracts.Except("Unsupported ONNX scalar type: " + type),
    };
}

using static TorchSharp.torch;

namespace MLNetGen.Export;

internal static class ElementTypes
{
    /// <summary>ONNX's element type for a tensor's; every floating type becomes float32.</summary>
    public static OnnxElementType Of(ScalarType type) => type switch
    {
        ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16 => OnnxElementType.Float,
        ScalarType.Byte => OnnxElementType.UInt8,
        ScalarType.Int8 => OnnxElementType.Int8,
        ScalarType.Int16 => OnnxElementType.Int16,
        ScalarType.Int32 => OnnxElementType.Int32,
        ScalarType.Int64 => OnnxElementType.Int64,
        ScalarType.Bool => OnnxElementType.Bool,
        _ => throw new NotSupportedException($"Tensors of type {type} cannot be exported; use a floating or integer type."),
    };
}

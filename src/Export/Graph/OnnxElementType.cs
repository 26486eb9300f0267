using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>Element types of the tensors in an exported file; the numbers are ONNX's own.</summary>
public enum OnnxElementType
{
    /// <summary>32-bit float.</summary>
    Float = 1,

    /// <summary>8-bit unsigned integer.</summary>
    UInt8 = 2,

    /// <summary>8-bit signed integer.</summary>
    Int8 = 3,

    /// <summary>16-bit signed integer.</summary>
    Int16 = 5,

    /// <summary>32-bit signed integer.</summary>
    Int32 = 6,

    /// <summary>64-bit signed integer: indices, shapes.</summary>
    Int64 = 7,

    /// <summary>Boolean.</summary>
    Bool = 9,
}

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

using System.Runtime.InteropServices;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>The numbers of stored tensors, however a file keeps them.</summary>
internal static class StoredNumbers
{
    /// <summary>Null where they are not float32.</summary>
    public static float[]? Floats(this TensorProto tensor) => tensor.DataType != (int)TensorProto.Types.DataType.Float ? null
        : tensor.FloatData.Count > 0 ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();

    /// <summary>Null where they are not int64.</summary>
    public static long[]? Integers(this TensorProto tensor) => tensor.DataType != (int)TensorProto.Types.DataType.Int64 ? null
        : tensor.Int64Data.Count > 0 ? [.. tensor.Int64Data] : MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray();
}

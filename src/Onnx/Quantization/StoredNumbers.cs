using System.Runtime.InteropServices;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>The numbers of stored tensors, however a file keeps them.</summary>
internal static class StoredNumbers
{
    /// <summary>Null where they are not float32.</summary>
    public static float[]? Floats(this TensorProto tensor) => tensor.DataType != (int)TensorProto.Types.DataType.Float ? null
        : tensor.FloatData.Count > 0 ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
}

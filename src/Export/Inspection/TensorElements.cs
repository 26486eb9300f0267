using System.Globalization;
using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>Names and widths of ONNX's element types, those included that this library never writes (onnx.proto, TensorProto.DataType).</summary>
internal static class TensorElements
{
    private const int Bits4 = 4, Bits8 = 8, Bits16 = 16, Bits32 = 32, Bits64 = 64, Bits128 = 128;

    private static readonly Dictionary<int, (string Name, int Bits)> Known = new()
    {
        [1] = ("float32", Bits32),
        [2] = ("uint8", Bits8),
        [3] = ("int8", Bits8),
        [4] = ("uint16", Bits16),
        [5] = ("int16", Bits16),
        [6] = ("int32", Bits32),
        [7] = ("int64", Bits64),
        [8] = ("string", 0),
        [9] = ("bool", Bits8),
        [10] = ("float16", Bits16),
        [11] = ("float64", Bits64),
        [12] = ("uint32", Bits32),
        [13] = ("uint64", Bits64),
        [14] = ("complex64", Bits64),
        [15] = ("complex128", Bits128),
        [16] = ("bfloat16", Bits16),
        [17] = ("float8e4m3fn", Bits8),
        [18] = ("float8e4m3fnuz", Bits8),
        [19] = ("float8e5m2", Bits8),
        [20] = ("float8e5m2fnuz", Bits8),
        [21] = ("uint4", Bits4),
        [22] = ("int4", Bits4),
        [23] = ("float4e2m1", Bits4),
    };

    public static string NameOf(int type) =>
        Known.TryGetValue(type, out (string Name, int Bits) known) ? known.Name : string.Create(CultureInfo.InvariantCulture, $"type {type}");

    /// <summary>0 where the type is unknown or has no fixed width.</summary>
    public static long BytesOf(TensorProto tensor) => ((CountOf(tensor) * Known.GetValueOrDefault(tensor.DataType).Bits) + 7) / 8;

    public static long CountOf(TensorProto tensor) => tensor.Dims.Aggregate(1L, (count, length) => count * length);

    public static bool IsFloating(int type) => NameOf(type).Contains("float", StringComparison.Ordinal);

    /// <summary>Whole-numbered types that quantised weights come in.</summary>
    public static bool IsQuantized(int type) => NameOf(type) is "int8" or "uint8" or "int4" or "uint4";
}

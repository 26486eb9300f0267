using System.Globalization;
using MLNetGen.Onnx.Format;
using static MLNetGen.Onnx.Format.TensorProto.Types;

namespace MLNetGen.Onnx;

/// <summary>Names and widths of ONNX's element types, those included that this library never writes.</summary>
internal static class TensorElements
{
    public static string NameOf(int type) => (DataType)type switch
    {
        DataType.Float => "float32",
        DataType.Double => "float64",
        var known when Enum.IsDefined(known) => known.ToString().ToLowerInvariant(),
        _ => string.Create(CultureInfo.InvariantCulture, $"type {type}"),
    };

    /// <summary>0 where the type is unknown or has no fixed width.</summary>
    public static long BytesOf(int type, long count) => (count * BitsOf(type) + 7) / 8;

    public static long CountOf(TensorProto tensor) => CountOf(tensor.Dims);

    public static long CountOf(IEnumerable<long> shape) => shape.Aggregate(1L, (count, length) => count * length);

    public static bool IsFloating(int type) => NameOf(type).Contains("float", StringComparison.Ordinal);

    /// <summary>Whole-numbered types that quantised weights come in.</summary>
    public static bool IsQuantized(int type) => NameOf(type) is "int8" or "uint8" or "int4" or "uint4";

    // The first number in a name.
    private static int BitsOf(int type) => (DataType)type switch
    {
        DataType.Bool => 8,
        DataType.String or DataType.Undefined => 0,
        var known when Enum.IsDefined(known) => int.Parse(string.Concat(NameOf(type).SkipWhile(char.IsAsciiLetter).TakeWhile(char.IsAsciiDigit)), CultureInfo.InvariantCulture),
        _ => 0,
    };
}

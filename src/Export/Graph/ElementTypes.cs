using MLNetGen.Onnx;
using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>Element types by their names in libtorch's graphs, in TorchSharp and in the file, where every floating type is float32.</summary>
internal static class ElementTypes
{
    private static readonly (string Name, ScalarType Type, OnnxElementType Element)[] All =
    [
        ("Float", ScalarType.Float32, OnnxElementType.Float),
        ("Double", ScalarType.Float64, OnnxElementType.Float),
        ("Half", ScalarType.Float16, OnnxElementType.Float),
        ("BFloat16", ScalarType.BFloat16, OnnxElementType.Float),
        ("Byte", ScalarType.Byte, OnnxElementType.UInt8),
        ("Char", ScalarType.Int8, OnnxElementType.Int8),
        ("Short", ScalarType.Int16, OnnxElementType.Int16),
        ("Int", ScalarType.Int32, OnnxElementType.Int32),
        ("Long", ScalarType.Int64, OnnxElementType.Int64),
        ("Bool", ScalarType.Bool, OnnxElementType.Bool),
    ];

    public static OnnxElementType Of(ScalarType type) => All.FirstOrDefault(each => each.Type == type) is { Name: not null } known ? known.Element
        : throw new NotSupportedException($"Tensors of type {type} cannot be exported; use a floating or integer type.");

    /// <summary>Null for complex numbers and other types that ONNX lacks.</summary>
    public static OnnxElementType? Of(string name) => All.FirstOrDefault(each => each.Name == name) is { Name: not null } known ? known.Element : null;

    /// <summary>libtorch's name; of all floating types the one of float32, as which the file has them.</summary>
    public static string NameOf(ScalarType type) => All.FirstOrDefault(each => each.Type == type) switch
    {
        { Name: null } => type.ToString(),
        { Element: OnnxElementType.Float } => "Float",
        { Name: var name } => name,
    };
}

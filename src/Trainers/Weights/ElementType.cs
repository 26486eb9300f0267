using static TorchSharp.torch;

namespace MLNetGen.Weights;

/// <summary>The element types that tensors are read in.</summary>
internal static class ElementType
{
    public static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Float64 or ScalarType.Int64 => 8,
        ScalarType.Float32 or ScalarType.Int32 => 4,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
        _ => 1,
    };

    public static bool IsFloating(ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

    public static string NameOf(ScalarType type) => type.ToString().ToLowerInvariant();
}

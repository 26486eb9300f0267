namespace MLNetGen.Onnx;

/// <summary>An input or an output of an ONNX file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">Its numbers' type, such as <c>float32</c>; <c>not a tensor</c> for sequences, maps and the like.</param>
/// <param name="Shape">
/// A length an axis; an axis that may vary has its name, or <c>?</c> if it has none. Null where the file does not say.
/// </param>
public sealed record OnnxTensorInfo(string Name, string ElementType, IReadOnlyList<string>? Shape)
{
    /// <summary>For example <c>batch×3×227×227</c>; <c>?</c> where the file does not say, <c>scalar</c> without axes.</summary>
    public string ShapeText => Shape switch
    {
        null => "?",
        [] => "scalar",
        _ => string.Join('×', Shape),
    };
}

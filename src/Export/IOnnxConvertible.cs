namespace MLNetGen.Export;

/// <summary>
/// A module that writes its own ONNX nodes. The exporter treats it as a leaf: what its <c>forward</c> does is its own
/// business, as long as the nodes compute the same.
/// </summary>
public interface IOnnxConvertible
{
    /// <summary>Appends the nodes for one call of the module and sets its outputs.</summary>
    void ToOnnx(OnnxCall call);
}

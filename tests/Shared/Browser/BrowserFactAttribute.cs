namespace MLNetGen.Tests;

/// <summary>A test that asks ONNX Runtime in a browser, skipped where either is absent.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = OnnxRuntimeWeb.ReasonToSkip;
}

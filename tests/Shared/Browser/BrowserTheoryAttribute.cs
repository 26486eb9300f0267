namespace MLNetGen.Tests;

/// <summary>A theory that asks ONNX Runtime in a browser, skipped where either is absent.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = OnnxRuntimeWeb.ReasonToSkip;
}

namespace MLNetGen.Export;

/// <summary>How far apart ONNX Runtime and the module are at one output.</summary>
/// <param name="Name">The output's name in the file.</param>
/// <param name="MaximumAbsoluteError">Greatest difference of two elements; NaN when either engine answered NaN.</param>
/// <param name="MaximumRelativeError">That difference divided by the greatest magnitude in the module's output.</param>
public sealed record OnnxOutputParity(string Name, double MaximumAbsoluteError, double MaximumRelativeError)
{
    // NaN is worse than any number.
    internal static double Worse(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b);
}

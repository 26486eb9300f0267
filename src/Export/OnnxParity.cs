using System.Globalization;

namespace MLNetGen.Export;

/// <summary>How far apart ONNX Runtime and the module are, by output.</summary>
/// <param name="Outputs">One entry an output, in the file's order; over several inputs the worst.</param>
public sealed record OnnxParity(IReadOnlyList<OnnxOutputParity> Outputs)
{
    /// <summary>The greatest absolute error of all outputs; NaN when either engine answered NaN.</summary>
    public double MaximumAbsoluteError => Outputs.Select(output => output.MaximumAbsoluteError).Aggregate(0.0, OnnxOutputParity.Worse);

    /// <summary>The greatest relative error of all outputs; NaN when either engine answered NaN.</summary>
    public double MaximumRelativeError => Outputs.Select(output => output.MaximumRelativeError).Aggregate(0.0, OnnxOutputParity.Worse);

    /// <summary>Whether every output's relative error is at most a tolerance; false when either engine answered NaN.</summary>
    public bool IsWithin(double relativeTolerance) => MaximumRelativeError <= relativeTolerance;

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", Outputs.Select(output => string.Create(CultureInfo.InvariantCulture,
        $"{output.Name}: absolute {output.MaximumAbsoluteError:G3}, relative {output.MaximumRelativeError:G3}")));

    internal OnnxParity Worst(OnnxParity other) => new([.. Outputs.Zip(other.Outputs, (a, b) => new OnnxOutputParity(a.Name,
        OnnxOutputParity.Worse(a.MaximumAbsoluteError, b.MaximumAbsoluteError),
        OnnxOutputParity.Worse(a.MaximumRelativeError, b.MaximumRelativeError)))]);
}

/// <summary>How far apart ONNX Runtime and the module are at one output.</summary>
/// <param name="Name">The output's name in the file.</param>
/// <param name="MaximumAbsoluteError">Greatest difference of two elements; NaN when either engine answered NaN.</param>
/// <param name="MaximumRelativeError">That difference divided by the greatest magnitude in the module's output.</param>
public sealed record OnnxOutputParity(string Name, double MaximumAbsoluteError, double MaximumRelativeError)
{
    // NaN is worse than any number.
    internal static double Worse(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b);
}

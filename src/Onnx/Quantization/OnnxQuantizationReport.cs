using System.Globalization;

namespace MLNetGen.Onnx;

/// <summary>What <see cref="OnnxQuantizer"/> did, and what it cost.</summary>
public sealed record OnnxQuantizationReport
{
    /// <summary>The layers that can be quantised, in the file's order.</summary>
    public required IReadOnlyList<OnnxQuantizedLayer> Layers { get; init; }

    /// <summary>How far the outputs moved, over the calibration rows; float32 outputs alone.</summary>
    public required IReadOnlyList<OnnxOutputDifference> Outputs { get; init; }

    /// <summary>What the judge said of the source; null where there was none.</summary>
    public double? AccuracyBefore { get; init; }

    /// <summary>What the judge said of the quantised file; null where there was none.</summary>
    public double? AccuracyAfter { get; init; }

    /// <summary>The source's size in bytes.</summary>
    public required long SourceBytes { get; init; }

    /// <summary>The quantised file's size in bytes.</summary>
    public required long TargetBytes { get; init; }

    /// <summary>What is held against <see cref="OnnxQuantizationOptions.MaximumLoss"/>.</summary>
    public double Loss => AccuracyBefore is { } before && AccuracyAfter is { } after ? before - after : Outputs.Select(output => output.Relative).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override string ToString()
    {
        OnnxQuantizedLayer[] left = [.. Layers.Where(layer => !layer.IsQuantized)];
        string layers = string.Create(CultureInfo.InvariantCulture, $"{Layers.Count - left.Length} of {Layers.Count} layers in 8 bits")
            + (left.Length == 0 ? "" : $", {string.Join(", ", left.Select(layer => $"'{layer.Name}'"))} in float32");
        string accuracy = AccuracyBefore is { } before && AccuracyAfter is { } after
            ? string.Create(CultureInfo.InvariantCulture, $"; accuracy {before:P2} before, {after:P2} after") : "";
        string outputs = string.Concat(Outputs.Select(output => string.Create(
            CultureInfo.InvariantCulture, $"; '{output.Name}' differs by {output.Mean:G2} on average and {output.Largest:G2} at most, in a range of {output.Range:G2}")));
        return string.Create(CultureInfo.InvariantCulture, $"{layers}{accuracy}{outputs}; {SourceBytes / 1e6:F2} MB before, {TargetBytes / 1e6:F2} MB after");
    }
}

/// <summary>A layer that can be quantised: a convolution or a matrix product with stored weights.</summary>
/// <param name="Name">Its node's name, or that of the node's result.</param>
/// <param name="Operator">Conv, Gemm or MatMul.</param>
/// <param name="IsQuantized">Whether it is.</param>
public sealed record OnnxQuantizedLayer(string Name, string Operator, bool IsQuantized);

/// <summary>How far an output moved.</summary>
/// <param name="Name">The output.</param>
/// <param name="Mean">The mean of the absolute differences.</param>
/// <param name="Largest">The largest of them.</param>
/// <param name="Range">From the smallest to the largest number that the source gave.</param>
public sealed record OnnxOutputDifference(string Name, double Mean, double Largest, double Range)
{
    /// <summary>The mean difference, as a part of the range.</summary>
    public double Relative => Mean == 0 ? 0 : Mean / Range;
}

/// <summary>A network loses more in 8 bits than is allowed: nothing was written.</summary>
public sealed class OnnxQuantizationException : InvalidOperationException
{
    internal OnnxQuantizationException(OnnxQuantizationReport report, double maximumLoss)
        : base(string.Create(CultureInfo.InvariantCulture,
            $"in 8 bits the network loses {100 * report.Loss:F2} points, and {nameof(OnnxQuantizationOptions.MaximumLoss)} allows {100 * maximumLoss:F2}: ")
            + $"{report}. Nothing was written: allow more, calibrate on more or other pictures, or leave more layers in float32 "
            + $"({nameof(OnnxQuantizationOptions.FloatLayers)}).") => Report = report;

    /// <summary>The figures, of the last one that was tried.</summary>
    public OnnxQuantizationReport Report { get; }
}

namespace MLNetGen.Onnx;

/// <summary>How <see cref="OnnxQuantizer"/> makes whole numbers of a network's numbers, and what it may cost.</summary>
public sealed class OnnxQuantizationOptions
{
    /// <summary>Layers that stay float32, by their names in <see cref="OnnxQuantizer.Layers"/>.</summary>
    public IReadOnlyCollection<string> FloatLayers { get; set; } = [];

    /// <summary>Whether the layers that cost most stay float32 too, one after the other, until the loss is allowed.</summary>
    public bool KeepSensitiveLayers { get; set; } = true;

    /// <summary>
    /// Weights of 7 bits: for x86 processors with AVX2 alone, without VNNI, whose products of 8 bits overflow (ONNX Runtime, "When and why do I need to try U8U8?"). Slower nowhere, less exact
    /// everywhere.
    /// </summary>
    public bool ReduceRange { get; set; }

    /// <summary>
    /// The largest loss that is allowed: 0.01, a point. Of <see cref="Accuracy"/>, before less after, where that is set; else the mean difference of an output, as a part of the range that the
    /// output has.
    /// </summary>
    public double MaximumLoss { get; set; } = 0.01;

    /// <summary>What a file is worth, such as the share of held-out pictures that it classifies rightly: called with the path of the source and of each candidate. Unset: outputs are compared.</summary>
    public Func<string, double>? Accuracy { get; set; }

    internal void Check()
    {
        if (!(MaximumLoss >= 0))
            throw new ArgumentException($"{nameof(MaximumLoss)} is {MaximumLoss}; it must be 0 or above, such as 0.01 for a point.");
    }
}

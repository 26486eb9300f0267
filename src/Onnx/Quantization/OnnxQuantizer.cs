using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx;

/// <summary>
/// Static quantisation: convolutions and matrix products of a float32 file in 8 bits, by what rows of the user's own show of the numbers between them. Processors with VNNI (x86) or dot products
/// (Arm) run such a file some times as fast, and it has a quarter of the size.
/// </summary>
/// <remarks>
/// Numbers between layers are uint8, one scale a value; weights int8, one scale a channel of the result, around 0; biases int32 (Jacob et al., "Quantization and Training of Neural Networks for
/// Efficient Integer-Arithmetic-Only Inference", CVPR 2018, section 2; Krishnamoorthi, arXiv:1806.08342, section 3). Batch normalisations become part of their layers first. Inputs and outputs stay as they
/// are, and so does what is no convolution or matrix product, or has no stored weights.
/// </remarks>
public static class OnnxQuantizer
{
    // Rows that the outputs are compared on, and those that tell what a layer costs.
    private const int ComparedRows = 256, ProbedRows = 32;

    /// <summary>The layers of a file that can be quantised, with the names that <see cref="OnnxQuantizationOptions.FloatLayers"/> takes.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <exception cref="InvalidDataException">It is no ONNX file that can be quantised.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file.</exception>
    public static IReadOnlyList<OnnxQuantizedLayer> Layers(string path) => Described(WeightLayer.Of(FloatModel.Of(path).Graph), _ => false);

    /// <summary>Writes a file in 8 bits.</summary>
    /// <param name="source">A float32 ONNX file, of operator set 13 or later.</param>
    /// <param name="target">Where to; written whole, or, where the loss is too large, not at all.</param>
    /// <param name="calibrationRows">
    /// Inputs of runs, such as <c>NamedOnnxValue.CreateFromTensor("pixels", new DenseTensor&lt;float&gt;(values, [1, 3, 64, 64]))</c>, a hundred or more that are like those that the network will
    /// see. They are walked through several times, one at a time.
    /// </param>
    /// <param name="options">Null: every layer, a point of loss at most.</param>
    /// <returns>What was done, and what it cost.</returns>
    /// <exception cref="ArgumentException">There are no rows, or an option is out of range.</exception>
    /// <exception cref="InvalidDataException">The source is no ONNX file that can be quantised.</exception>
    /// <exception cref="OnnxQuantizationException">The loss is larger than is allowed: nothing was written.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file, or a row does not fit it.</exception>
    public static OnnxQuantizationReport Quantize(
        string source, string target, IEnumerable<IReadOnlyCollection<NamedOnnxValue>> calibrationRows, OnnxQuantizationOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(target);
        ArgumentNullException.ThrowIfNull(calibrationRows);
        options ??= new OnnxQuantizationOptions();
        options.Check();
        ModelProto model = FloatModel.Of(source);
        IReadOnlyList<WeightLayer> layers = WeightLayer.Of(model.Graph);
        HashSet<string> inFloat = Checked(options.FloatLayers, layers, source), all = [.. layers.Select(layer => layer.Name)];
        QuantizationPlan plan = new(model.Graph, layers);
        IReadOnlyDictionary<string, ActivationLevels> levels = Calibration.Levels(model, [.. plan.Values.Select(plan.LevelsOf).Distinct()], calibrationRows);
        OutputComparison comparison = new(File.ReadAllBytes(source), calibrationRows.Take(ComparedRows));
        double? before = options.Accuracy?.Invoke(source);
        Queue<string>? costliest = null;
        while (true)
        {
            byte[] file = Written(all.Except(inFloat));
            OnnxQuantizationReport report = new()
            {
                Layers = Described(layers, layer => !inFloat.Contains(layer.Name)),
                Outputs = comparison.With(file),
                AccuracyBefore = before,
                AccuracyAfter = options.Accuracy is { } accuracy ? Judged(file, target, accuracy) : null,
                SourceBytes = new FileInfo(source).Length,
                TargetBytes = file.Length,
            };
            if (report.Loss <= options.MaximumLoss)
            {
                AtomicFile.Write(target, stream => stream.Write(file));
                return report;
            }
            costliest ??= options.KeepSensitiveLayers ? Costliest() : new Queue<string>();
            if (costliest.Count <= 1)
                throw new OnnxQuantizationException(report, options.MaximumLoss);
            inFloat.Add(costliest.Dequeue());
        }

        byte[] Written(IEnumerable<string> quantized) => QuantizedGraph.Of(model, quantized.ToHashSet(), levels, options.ReduceRange).ToByteArray();

        // Each layer alone in 8 bits; the one that moves the outputs most comes first.
        Queue<string> Costliest()
        {
            OutputComparison probe = new(File.ReadAllBytes(source), calibrationRows.Take(ProbedRows));
            return new Queue<string>(all.Except(inFloat).OrderByDescending(layer => probe.With(Written([layer])).Sum(output => output.Relative)));
        }
    }

    private static IReadOnlyList<OnnxQuantizedLayer> Described(IReadOnlyList<WeightLayer> layers, Func<WeightLayer, bool> isQuantized) =>
        [.. layers.Select(layer => new OnnxQuantizedLayer(layer.Name, layer.Node.OpType, isQuantized(layer)))];

    private static HashSet<string> Checked(IReadOnlyCollection<string> named, IReadOnlyList<WeightLayer> layers, string source)
    {
        string known = string.Join(", ", layers.Select(layer => $"'{layer.Name}'"));
        if (layers.Count == 0)
            throw new InvalidDataException($"'{source}' has no convolution and no matrix product with stored float32 weights: there is nothing to quantise.");
        if (named.FirstOrDefault(name => layers.All(layer => layer.Name != name)) is { } unknown)
            throw new ArgumentException($"{nameof(OnnxQuantizationOptions.FloatLayers)} names '{unknown}', and no layer that can be quantised is called so: they are {known}.");
        return layers.All(layer => named.Contains(layer.Name))
            ? throw new ArgumentException($"{nameof(OnnxQuantizationOptions.FloatLayers)} names every layer: leave out one at least ({known}).") : [.. named];
    }

    // Beside the target, where there is room for it.
    private static double Judged(byte[] file, string target, Func<string, double> accuracy)
    {
        string candidate = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(target))!, $".{Guid.NewGuid():N}.onnx");
        try
        {
            File.WriteAllBytes(candidate, file);
            return accuracy(candidate);
        }
        finally
        {
            File.Delete(candidate);
        }
    }
}

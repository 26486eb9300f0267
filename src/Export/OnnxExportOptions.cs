namespace MLNetGen.Export;

/// <summary>How <see cref="OnnxExporter"/> writes a file. The defaults suit ONNX Runtime and ML.NET.</summary>
public sealed class OnnxExportOptions
{
    /// <summary>Lowest operator set that the exporter writes.</summary>
    public const int MinimumOpset = 13;

    /// <summary>Highest operator set that the exporter writes.</summary>
    public const int MaximumOpset = 21;

    /// <summary>Operator set version, 13 to 21. Default 17: ONNX Runtime 1.12 and later, OpenCV 4.7 and later read it.</summary>
    public int Opset { get; init; } = 17;

    /// <summary>Names of the inputs, in order. Default: <c>input</c>, or <c>input_0</c>, <c>input_1</c>, ... if there are several.</summary>
    public IReadOnlyList<string>? InputNames { get; init; }

    /// <summary>Names of the outputs, in order. Default: <c>output</c>, or <c>output_0</c>, <c>output_1</c>, ... if there are several. Those of <see cref="TopK"/> are not among them.</summary>
    public IReadOnlyList<string>? OutputNames { get; init; }

    /// <summary>
    /// Whether the first axis of every input and output is the batch, of any length, named <c>batch</c>; otherwise the file
    /// takes the example's shape only. Default true.
    /// </summary>
    public bool DynamicBatch { get; init; } = true;

    /// <summary>
    /// Whether height and width of every input with four axes may have any length, named <c>height</c> and <c>width</c>:
    /// for fully convolutional networks. Default false: the example's.
    /// </summary>
    public bool DynamicSize { get; init; }

    /// <summary>
    /// Names of the axes of any length, by input name and axis (negative ones count from the last), for inputs that are
    /// neither batches first nor pictures: <c>{ ["tokens"] = { [0] = "batch", [1] = "length" } }</c>. For the inputs named
    /// here it replaces <see cref="DynamicBatch"/> and <see cref="DynamicSize"/>.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<int, string>> DynamicAxes { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<int, string>>();

    /// <summary>
    /// Element type of the kernels and matrices (weights with two axes and more that are longer than 1) in the file. With
    /// <see cref="OnnxWeightType.Float16"/> the file has half the size; computing stays in float32, to which ONNX Runtime
    /// converts them once when it loads the file. Default float32.
    /// </summary>
    public OnnxWeightType WeightType { get; init; } = OnnxWeightType.Float32;

    /// <summary>Whether what does not depend on the input is computed now and stored. Default true.</summary>
    public bool FoldConstants { get; init; } = true;

    /// <summary>
    /// Whether a batch normalisation that follows a convolution or a linear layer becomes part of its weights. Default
    /// false: the file keeps the layers and weights of the module. ONNX Runtime does the same when it loads a file.
    /// </summary>
    public bool FoldBatchNorm { get; init; }

    /// <summary>
    /// Lets the file take pictures as they are: <c>uint8</c> [N, H, W, C] becomes the network's float [N, C, H, W] by
    /// these rules. The network's first input only. Default null: the file takes what the network takes.
    /// </summary>
    public PixelInput? PixelInput { get; init; }

    /// <summary>
    /// Lets the file give pictures: the network's first output, float [N, C, H, W], becomes <c>uint8</c> [N, H, W, C] by
    /// these rules. Default null: the file gives what the network gives.
    /// </summary>
    public PixelOutput? PixelOutput { get; init; }

    /// <summary>
    /// How many of the greatest scores of the first output's last axis the file also gives: two more outputs at the end,
    /// <c>top_values</c> (descending) and <c>top_indices</c> (int64). Default null: none.
    /// </summary>
    public int? TopK { get; init; }

    /// <summary>
    /// Names of the places of an output's last axis, such as classes, by output name. The file keeps them in a node named
    /// <c>mlnet.OUTPUT.SlotNames</c>, where ML.NET's OnnxTransformer takes a column's slot names from. The node is of the
    /// domain ai.onnx.ml, and its result unused: a consumer without that domain may refuse the file. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> SlotNames { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Text kept in the file, readable through ONNX Runtime's model metadata; written in the order of its keys.</summary>
    public IDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Name of the graph. Default: the module's type name.</summary>
    public string? ModelName { get; init; }
}

/// <summary>How an exported file stores kernels and matrices.</summary>
public enum OnnxWeightType
{
    /// <summary>32 bits, as they were trained.</summary>
    Float32,

    /// <summary>16 bits: half the size, about three decimal digits. A weight beyond ±65504 stays float32.</summary>
    Float16,
}

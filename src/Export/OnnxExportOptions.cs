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

    /// <summary>Names of the outputs, in order. Default: <c>output</c>, or <c>output_0</c>, <c>output_1</c>, ... if there are several.</summary>
    public IReadOnlyList<string>? OutputNames { get; init; }

    /// <summary>
    /// Whether the first axis of every input and output is the batch, of any length, named <c>batch</c>; otherwise the file
    /// takes the example's shape only. Default true.
    /// </summary>
    public bool DynamicBatch { get; init; } = true;

    /// <summary>Text kept in the file, readable through ONNX Runtime's model metadata; written in the order of its keys.</summary>
    public IDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Name of the graph. Default: the module's type name.</summary>
    public string? ModelName { get; init; }
}

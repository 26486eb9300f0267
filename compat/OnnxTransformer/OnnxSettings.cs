namespace Microsoft.ML.Transforms.Onnx;

internal sealed record OnnxSettings
{
    public Dictionary<string, int[]> Shapes { get; init; } = [];

    public int? GpuDeviceId { get; init; }

    public bool FallbackToCpu { get; init; }

    public int? InterOpNumThreads { get; init; }

    public int? IntraOpNumThreads { get; init; }

    /// <summary>Kept for the saved model; the graph is read here without recursion.</summary>
    public int RecursionLimit { get; init; } = 100;
}

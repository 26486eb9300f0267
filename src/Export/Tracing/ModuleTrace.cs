using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>What happened while a module ran on the example input.</summary>
internal sealed record ModuleTrace(
    IReadOnlyList<TracedTensor> Inputs, IReadOnlyList<TracedCall> Calls, IReadOnlyList<TracedTensor> Outputs);

/// <summary>One call of a leaf module; calls are listed in the order in which they happened.</summary>
internal sealed record TracedCall(
    Module Module, string Path, Action<Module, OnnxCall> Converter, TracedTensor?[] Inputs, TracedTensor[] Outputs);

/// <summary>A tensor that passed from module to module while tracing.</summary>
/// <param name="description">Where it came from, for messages: <c>the output of 'conv1'</c>.</param>
/// <param name="shape">Its shape on the example input.</param>
/// <param name="type">Its element type.</param>
/// <param name="snapshot">A copy of its values; null for a parameter or buffer.</param>
/// <param name="weight">The parameter or buffer that it is; null for data.</param>
internal sealed class TracedTensor(string description, long[] shape, ScalarType type, Tensor? snapshot, Tensor? weight)
{
    public string Description => description;

    public long[] Shape { get; } = shape;

    public ScalarType Type => type;

    /// <summary>Tells when something outside the modules changed the values, and helps to say which operation was invisible.</summary>
    public Tensor? Snapshot => snapshot;

    public Tensor? Weight => weight;

    /// <summary>Its shape on the second input, whose dynamic axes have other lengths.</summary>
    public long[] ProbeShape { get; set; } = shape;

    /// <summary>By axis, whether its length depends on the input's.</summary>
    public bool[] Varies => [.. Shape.Zip(ProbeShape, (a, b) => a != b)];
}

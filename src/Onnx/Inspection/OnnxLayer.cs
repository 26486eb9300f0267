namespace MLNetGen.Onnx;

/// <summary>A node of an ONNX file.</summary>
public sealed record OnnxLayer
{
    /// <summary>
    /// The module that the node came from: its name up to the last slash, as this library and PyTorch write them; else the
    /// whole name, or its first output's.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>ONNX's operator, with its domain where that is not ONNX's own: <c>Conv</c>, <c>com.microsoft.FusedConv</c>.</summary>
    public required string Operator { get; init; }

    /// <summary>What matters of the settings, in short: <c>11×11 s4 p2 g2</c>. May be empty.</summary>
    public required string Settings { get; init; }

    /// <summary>The values that the node reads: inputs of the file, stored tensors, other nodes' outputs. Optional ones that it leaves out are not among them.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The values that it makes, which tell who follows it.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>Shape of the first output; null where it is unknown or no tensor.</summary>
    public required IReadOnlyList<long>? OutputShape { get; init; }

    /// <summary>
    /// Weights and biases that the node reads, directly or through nodes that only prepare them (a cast from float16, a
    /// transposition). Not counted: the running statistics of a batch normalisation, whole-numbered tensors (but for
    /// quantised weights), sizes and limits, and constants: in this library's files the tensors named so, in others scalars.
    /// </summary>
    public required long Parameters { get; init; }

    /// <summary>How many of <see cref="Parameters"/> an earlier layer reads too.</summary>
    public required long SharedParameters { get; init; }

    /// <summary>
    /// Multiplications followed by an addition, biases included. Convolutions: output positions × parameters of the node, as
    /// the connection count H·W·(K²·C_in/groups+1)·C_out has it; transposed ones: input positions × weights, and the biases;
    /// matrix products: rows × columns × (inner length + bias); recurrent layers: steps × parameters. Other operators: 0.
    /// Null where a shape is unknown.
    /// </summary>
    public required long? MultiplyAdds { get; init; }

    /// <summary>Whether the node computes nothing of the network's own: constants, shapes, weights being prepared.</summary>
    public required bool IsBookkeeping { get; init; }

    /// <summary>0 in the graph itself, 1 in a subgraph (a branch, a loop's body), and so on.</summary>
    public required int Depth { get; init; }
}

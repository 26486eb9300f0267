using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>
/// A tensor that passed from module to module while tracing. <see cref="Snapshot"/> is a copy of its values: it tells
/// when something outside the modules changed them, and helps to say which operation was invisible.
/// </summary>
/// <param name="Description">Where it came from, for messages: <c>the output of 'conv1'</c>.</param>
/// <param name="Shape">Its shape on the example input.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Snapshot">A copy of its values; null for a parameter or buffer.</param>
/// <param name="Weight">The parameter or buffer that it is; null for data.</param>
internal sealed record TracedTensor(string Description, long[] Shape, ScalarType Type, Tensor? Snapshot, Tensor? Weight);

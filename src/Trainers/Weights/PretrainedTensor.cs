using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>A tensor in a file of weights.</summary>
/// <param name="Name">Its name: <c>features.0.weight</c>.</param>
/// <param name="Shape">Its lengths; none for a single number.</param>
/// <param name="ElementType">What its elements are stored as.</param>
public sealed record PretrainedTensor(string Name, IReadOnlyList<long> Shape, ScalarType ElementType);

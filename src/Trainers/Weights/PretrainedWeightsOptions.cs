using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>How weights get into a network whose layers differ from the file's in names or number.</summary>
public sealed class PretrainedWeightsOptions
{
    /// <summary>The network's name of a tensor of the file; null leaves the tensor out. Default: the same name.</summary>
    public Func<string, string?>? Rename { get; set; }

    /// <summary>
    /// Layers of the network that keep their own values, with all below them: <c>classifier.6</c>, AlexNet's last one, where the
    /// classes are others. What the file has for them is not read.
    /// </summary>
    public IReadOnlyCollection<string> Skip { get; set; } = [];

    /// <summary>Whether the file may hold tensors that the network has no place for, as where only its first layers are used. Default: no.</summary>
    public bool AllowUnused { get; set; }

    /// <summary>Is told, in a sentence, what was taken off the file's names so that they fit. Default: nobody.</summary>
    public Action<string>? Log { get; set; }
}

/// <summary>A tensor in a file of weights.</summary>
/// <param name="Name">Its name: <c>features.0.weight</c>.</param>
/// <param name="Shape">Its lengths; none for a single number.</param>
/// <param name="ElementType">What its elements are stored as.</param>
public sealed record PretrainedTensor(string Name, IReadOnlyList<long> Shape, ScalarType ElementType);

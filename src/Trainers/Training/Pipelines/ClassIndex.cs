using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>What the files of a network that is told a class have for its sake: the class's index, Single [N, 1], beside the input. Nothing of a network without classes.</summary>
/// <param name="Names">The classes by index; none for such a network.</param>
internal sealed record ClassIndex(IReadOnlyList<string> Names)
{
    /// <summary>A module's example of it.</summary>
    public Tensor[] Example => AreThere ? [zeros(1, 1)] : [];

    public IEnumerable<KeyValuePair<string, string>> Metadata => AreThere ? [new("classes", string.Join('\n', Names))] : [];

    private bool AreThere => Names.Count > 0;

    /// <summary>Columns that there are where there are classes.</summary>
    public string[] Columns(params string[] columns) => AreThere ? columns : [];

    /// <summary>Inputs that a file is compared on besides, every class once: a random index is in [0, 1), the first two classes at most.</summary>
    /// <param name="input">Makes so many rows of the input beside it.</param>
    public Tensor[]? OfEvery(Func<int, Tensor> input) => AreThere ? [input(Names.Count), arange(Names.Count, ScalarType.Float32).unsqueeze(1)] : null;
}

namespace MLNetGen.Cli.Studies;

/// <summary>One way of training, and how well it did.</summary>
/// <param name="Name">What is different in it.</param>
/// <param name="Epochs">Of its run; none where its loss became NaN in the first.</param>
/// <param name="Scores">Of the test pictures, a row each.</param>
internal sealed record StudyVariant(string Name, IReadOnlyList<AlexNetEpoch> Epochs, IReadOnlyList<float[]> Scores)
{
    public AlexNetEpoch? Last => Epochs.Count > 0 ? Epochs[^1] : null;
}

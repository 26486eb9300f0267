namespace MLNetGen.Classification;

/// <summary>What the figures need of a row's scores.</summary>
/// <param name="Row">Its number.</param>
/// <param name="Label">Its class.</param>
/// <param name="Predicted">The class with the largest score, of several the first.</param>
/// <param name="Rank">How many classes rank before the label.</param>
/// <param name="LabelProbability">The label's score.</param>
/// <param name="Confidence">The largest score.</param>
internal readonly record struct ScoredRow(int Row, int Label, int Predicted, int Rank, float LabelProbability, float Confidence)
{
    // As ML.NET's evaluator has it.
    private const float SmallestProbability = 1e-15f;

    public bool IsCorrect => Label == Predicted;

    public double Loss => -Math.Log(Math.Clamp(LabelProbability, SmallestProbability, 1));

    public static ScoredRow Of(int row, int label, ReadOnlySpan<float> scores)
    {
        float own = scores[label];
        int rank = 0, best = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > own || (scores[i] == own && i < label))
                rank++;
            if (scores[i] > scores[best])
                best = i;
        }
        return new(row, label, best, rank, own, scores[best]);
    }
}

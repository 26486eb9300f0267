namespace MLNetGen;

/// <summary>One row's prediction beside its label.</summary>
/// <param name="Row">Its number among all rows, from 0.</param>
/// <param name="Path">Its file, where there is a column that says so.</param>
/// <param name="Label">What it is.</param>
/// <param name="LabelProbability">What the model gives that, 0 to 1.</param>
/// <param name="Predicted">What the model takes it for.</param>
/// <param name="PredictedProbability">How sure it is, 0 to 1.</param>
/// <param name="Loss">−log of <paramref name="LabelProbability"/>, nats.</param>
public sealed record ScoredPicture(int Row, string? Path, string Label, double LabelProbability, string Predicted, double PredictedProbability, double Loss);

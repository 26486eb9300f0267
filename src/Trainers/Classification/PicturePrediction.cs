namespace MLNetGen;

/// <summary>What a classifier takes one row for.</summary>
/// <param name="Row">The row, from 0.</param>
/// <param name="Path">Its file, where a column says so.</param>
/// <param name="Top">The classes of the largest scores, the likeliest first; none where a score is not a finite number.</param>
public sealed record PicturePrediction(int Row, string? Path, IReadOnlyList<ClassProbability> Top);

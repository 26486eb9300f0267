namespace MLNetGen;

/// <summary>How far a painting is.</summary>
/// <param name="Iteration">From 1.</param>
/// <param name="Iterations">How many there are to be.</param>
/// <param name="Terms">The loss before this iteration changed the picture.</param>
/// <param name="Best">The least total loss so far.</param>
/// <param name="Remaining">Time left, by the speed so far.</param>
public sealed record PaintingProgress(int Iteration, int Iterations, StyleLossTerms Terms, double Best, TimeSpan Remaining);

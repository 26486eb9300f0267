namespace MLNetGen;

/// <summary>A class and how likely it is.</summary>
/// <param name="Name">The class.</param>
/// <param name="Probability">0 to 1.</param>
public sealed record ClassProbability(string Name, double Probability);

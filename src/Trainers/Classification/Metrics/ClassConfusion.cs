namespace MLNetGen;

/// <summary>Rows of one class that were taken for another.</summary>
/// <param name="Label">What they are.</param>
/// <param name="Predicted">What they were taken for.</param>
/// <param name="Count">How many.</param>
/// <param name="Share">Of the rows of <paramref name="Label"/>, 0 to 1.</param>
public sealed record ClassConfusion(string Label, string Predicted, int Count, double Share);

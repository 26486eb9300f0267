namespace MLNetGen;

/// <summary>The weighted terms of the style loss; lower is better.</summary>
/// <param name="Content">How far the painting is from what the photograph shows.</param>
/// <param name="Style">How far it is from the manner of the style picture.</param>
/// <param name="TotalVariation">How rough it is.</param>
public sealed record StyleLossTerms(double Content, double Style, double TotalVariation)
{
    /// <summary>Their sum.</summary>
    public double Total => Content + Style + TotalVariation;

    internal bool IsFinite => double.IsFinite(Total);

    internal static StyleLossTerms Mean(IReadOnlyCollection<StyleLossTerms> all) =>
        new(all.Average(terms => terms.Content), all.Average(terms => terms.Style), all.Average(terms => terms.TotalVariation));
}

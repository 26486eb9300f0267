namespace MLNetGen;

/// <summary>The weighted terms of the style loss of a picture; lower is better.</summary>
/// <param name="Content">How far it is from the photograph's content.</param>
/// <param name="Style">How far it is from the style picture's manner.</param>
/// <param name="TotalVariation">How rough it is.</param>
public sealed record StyleMetrics(double Content, double Style, double TotalVariation)
{
    /// <summary>Their sum.</summary>
    public double Total => Content + Style + TotalVariation;
}

namespace MLNetGen;

/// <summary>Whether a painting keeps the colours of its photograph.</summary>
public enum KeptColors
{
    /// <summary>The style picture's colours.</summary>
    None,

    /// <summary>The painting's brightness in the photograph's colours: Gatys, Bethge, Hertzmann and Shechtman 2016, arXiv:1606.05897, section 4.</summary>
    Luminance,

    /// <summary>The painting, each of its channels with the photograph's histogram: colours of the photograph, and not each in its place.</summary>
    Histogram,
}

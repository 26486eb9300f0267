namespace MLNetGen;

/// <summary>Whether a painting keeps the colours of its photograph, and how.</summary>
/// <remarks>Source: Gatys, Bethge, Hertzmann and Shechtman 2016, "Preserving color in neural artistic style transfer", arXiv:1606.05897.</remarks>
public enum KeptColors
{
    /// <summary>The style picture's colours.</summary>
    None,

    /// <summary>The painting's brightness in the photograph's colours, each in its place: section 4, <see cref="LuminanceTransfer"/>.</summary>
    Luminance,

    /// <summary>The painting, each of its channels with the photograph's histogram: colours of the photograph, and not each in its place.</summary>
    Histogram,

    /// <summary>
    /// The photograph's mean and covariance of colours: section 3, <see cref="ColorMatching.MatchMeanAndCovariance"/>. Slow mode gives them to the style picture
    /// before it paints; a network, which has learnt its painting's colours, to what it painted.
    /// </summary>
    Matched,
}

namespace MLNetGen;

/// <summary>Whose colours a painting has.</summary>
public enum PaintingColors
{
    /// <summary>The style picture's.</summary>
    Style,

    /// <summary>The photograph's: the style picture gets their mean and covariance before it is painted from (<see cref="ColorMatching"/>).</summary>
    Matched,

    /// <summary>The photograph's: of what was painted, its brightness alone is kept (<see cref="LuminanceTransfer"/>).</summary>
    Luminance,
}

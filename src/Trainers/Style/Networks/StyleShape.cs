namespace MLNetGen.Style;

/// <summary>What a transform network is built from.</summary>
/// <param name="Network">Which of them.</param>
/// <param name="Styles">How many paintings it knows.</param>
/// <param name="Upsampling">How it grows back to the picture's size.</param>
/// <param name="Padding">What lies beyond the edge.</param>
internal sealed record StyleShape(StyleNetwork Network, int Styles, StyleUpsampling Upsampling, StylePadding Padding)
{
    /// <summary>Height and width are halved twice: the network works on multiples of this.</summary>
    public const int Multiple = 4;

    /// <summary>Smaller pictures are mostly mirrored edge to a network that sees 9×9 pixels at a quarter of the size.</summary>
    public const int SmallestPicture = 32;

    public const double NormalizationEpsilon = 1e-3;

    /// <summary>Channels at full, half and quarter size.</summary>
    public int[] Widths => Network == StyleNetwork.Full ? [32, 64, 128] : [8, 16, 32];

    public const int ResidualBlocks = 5;

    public bool Depthwise => Network == StyleNetwork.Small;
}

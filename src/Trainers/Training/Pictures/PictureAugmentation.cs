namespace MLNetGen;

/// <summary>How stored pictures become a network's input, another way in every epoch.</summary>
/// <remarks>
/// Krizhevsky, Sutskever and Hinton 2012, section 4.1. They count the windows of 224×224 in 256×256 with their mirror
/// images as 2·(256 − 224)² = 2,048; from the first position to the last there are 33 and not 32 each way, 2,178 in all,
/// and every one of them is drawn here (at 227: 2·30² for their 2·29²).
/// </remarks>
internal sealed record PictureAugmentation
{
    /// <summary>Height and width of the network's input in pixels, at most those of the stored pictures.</summary>
    public required int Size { get; init; }

    /// <summary>A window anywhere, each place equally often; otherwise the one in the middle.</summary>
    public bool RandomCrop { get; init; }

    /// <summary>Pixels that a random window may lie outside the picture, which is mirrored at its edge (and the edge not repeated).</summary>
    public int Padding { get; init; }

    /// <summary>Mirrors left and right in half of the cases.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Standard deviation of the colour noise's α: 0.1 in the paper, 0 for none. See <see cref="ColorComponents"/>.</summary>
    public double ColorNoise { get; init; }

    public void Validate(int height, int width)
    {
        OptionCheck.AtLeast(nameof(Size), Size, 1);
        OptionCheck.AtLeast(nameof(Padding), Padding, 0);
        OptionCheck.NotNegative(nameof(ColorNoise), ColorNoise);
        if (Size > Math.Min(height, width))
            throw new ArgumentException($"{nameof(Size)} is {Size}, and the stored pictures are {width}×{height}: store them at least as large.");
        if (Padding >= Math.Min(height, width))
        {
            throw new ArgumentException(
                $"{nameof(Padding)} is {Padding}; pictures of {width}×{height} have at most {Math.Min(height, width) - 1} pixels to mirror at an edge.");
        }
    }
}

namespace MLNetGen;

/// <summary>How a picture is to be painted, said when it is painted and not when the network is trained.</summary>
public sealed record StylizeOptions
{
    /// <summary>0 gives the picture itself, 1 the painting, numbers between the two in proportion.</summary>
    public double Strength { get; init; } = 1;

    /// <summary>
    /// Of a network of several styles: how much of each, by their order in training; 0 or more, and not all 0. Their sum is made 1. Null: the first style
    /// alone.
    /// </summary>
    public IReadOnlyList<double>? StyleWeights { get; init; }

    /// <summary>Whether the picture's own colours are kept.</summary>
    public KeptColors KeptColors { get; init; }

    /// <summary>Where to paint: white is painted, black stays the picture, grey is between the two. Stretched to the picture's size. Null: everywhere.</summary>
    public Picture? Mask { get; init; }

    /// <summary>Pictures of more pixels are painted in tiles, with no seams and in bounded memory.</summary>
    public long LargestWholePicture { get; init; } = 1_000_000;

    /// <summary>Height and width of a tile in pixels, at least 64.</summary>
    public int TileSize { get; init; } = 512;

    internal float[] MixtureOf(int styles)
    {
        if (StyleWeights is null)
            return [1, .. new float[styles - 1]];
        if (StyleWeights.Count != styles)
            throw new ArgumentException($"{nameof(StyleWeights)} has {StyleWeights.Count} weights, and the network {styles} style{(styles == 1 ? "" : "s")}: give one each.");
        foreach (double weight in StyleWeights) OptionCheck.NotNegative(nameof(StyleWeights), weight);
        double sum = StyleWeights.Sum();
        return sum > 0 ? [.. StyleWeights.Select(weight => (float)(weight / sum))] : throw new ArgumentException($"{nameof(StyleWeights)} are all 0: give one of them a weight.");
    }

    internal void Validate()
    {
        if (!(Strength is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(Strength), Strength, $"{nameof(Strength)} is {Strength}; it must be 0 to 1.");
        OptionCheck.AtLeast(nameof(TileSize), TileSize, 64);
    }
}

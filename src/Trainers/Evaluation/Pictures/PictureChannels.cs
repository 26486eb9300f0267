namespace MLNetGen;

/// <summary>What of two pictures is compared.</summary>
public enum PictureChannels
{
    /// <summary>
    /// Luminance alone, as papers on super-resolution do: Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255 (ITU-R BT.601), not rounded.
    /// </summary>
    Luminance,

    /// <summary>Red, green and blue: one mean squared error over all three, and the mean of three similarities.</summary>
    Rgb,
}

namespace MLNetGen;

/// <summary>What a <see cref="SuperResolutionTrainer"/> makes small.</summary>
public enum SuperResolutionLoss
{
    /// <summary>The mean squared error of the pixels: the highest peak signal-to-noise ratio, and soft edges.</summary>
    Pixel,

    /// <summary>
    /// The mean squared error of what one layer of a loss network says of the pictures: sharper, at a lower ratio. Johnson, Alahi and Fei-Fei 2016, section 3.2.
    /// </summary>
    Perceptual,
}

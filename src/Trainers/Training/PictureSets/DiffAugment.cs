namespace MLNetGen;

/// <summary>
/// How real and made pictures alike are changed, at random, before the discriminator sees them, in its update and in the
/// generator's: Zhao et al. 2020 (arXiv:2006.10738), section 3.2. The changes are differentiable, and the generator does not
/// learn to make them; they keep a discriminator from learning a small data set by heart.
/// </summary>
[Flags]
public enum DiffAugment
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Brightness by up to ±0.5 (where black is −1 and white 1), saturation by 0 to 2, contrast by 0.5 to 1.5.</summary>
    Color = 1,

    /// <summary>Up to an eighth of the size in each direction; zero, mid-grey, where nothing was.</summary>
    Translation = 2,

    /// <summary>A square of half the size at a random place is zero, mid-grey.</summary>
    Cutout = 4,

    /// <summary>All of them, in this order, as the paper has it for little data.</summary>
    All = Color | Translation | Cutout,
}

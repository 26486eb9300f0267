using System.Text.Json.Serialization;

namespace MLNetGen.Gan;

/// <summary>What both networks of a GAN are built to.</summary>
/// <param name="LatentDimension">Length of z.</param>
/// <param name="Channels">1 for grey, 3 for colour.</param>
/// <param name="Size">Height and width of the pictures.</param>
/// <param name="Width">Channels of the widest-resolution stage; deeper ones have multiples of it.</param>
/// <param name="Classes">Classes that the networks know; 0 for networks that know of none.</param>
internal sealed record GanShape(int LatentDimension, int Channels, int Size, int Width, int Classes = 0)
{
    /// <summary>The coarsest grid, from which the generator doubles and to which the discriminator halves.</summary>
    public const int Grid = 4;

    /// <summary>How often a picture is halved down to the <see cref="Grid"/>.</summary>
    public int Stages => int.Log2(Size / Grid);

    /// <summary>What the generator takes: z, and the class's one-hot row where there are classes (Mirza and Osindero 2014, arXiv:1411.1784).</summary>
    [JsonIgnore]
    public int Inputs => LatentDimension + Classes;

    /// <summary>
    /// The discriminator's logits: one, or one a class, of which the picture's own counts. These rows of its last layer are the
    /// sum of the two terms of a projection discriminator (Miyato and Koyama 2018, arXiv:1802.05637, equation 3).
    /// </summary>
    [JsonIgnore]
    public int Outputs => Math.Max(1, Classes);

    /// <summary>The channels at a stage: 0 is next to the picture, each further one has twice as many.</summary>
    public int WidthAt(int stage) => Width << stage;
}

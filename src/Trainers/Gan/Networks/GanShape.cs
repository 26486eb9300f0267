namespace MLNetGen.Gan;

/// <summary>What both networks of a GAN are built to.</summary>
/// <param name="LatentDimension">Length of z.</param>
/// <param name="Channels">1 for grey, 3 for colour.</param>
/// <param name="Size">Height and width of the pictures.</param>
/// <param name="Width">Channels of the widest-resolution stage; deeper ones have multiples of it.</param>
internal sealed record GanShape(int LatentDimension, int Channels, int Size, int Width)
{
    /// <summary>The coarsest grid, from which the generator doubles and to which the discriminator halves.</summary>
    public const int Grid = 4;

    /// <summary>How often a picture is halved down to the <see cref="Grid"/>.</summary>
    public int Stages => int.Log2(Size / Grid);

    /// <summary>The channels at a stage: 0 is next to the picture, each further one has twice as many.</summary>
    public int WidthAt(int stage) => Width << stage;
}

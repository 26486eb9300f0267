namespace MLNetGen;

/// <summary>Which colours pictures have, and how often: exactly up to 256, and in 32×32×32 cells of the colour cube.</summary>
internal sealed class ColourHistogram
{
    /// <summary>Cells along one axis.</summary>
    public const int Side = 32;

    private const int Shift = 3, MaximumExact = 256;

    private readonly HashSet<int> exact = [];

    /// <summary>For each cell the number of pixels and the sums of red, green, blue and of their squares' sum.</summary>
    public double[,] Cells { get; } = new double[Side * Side * Side, 5];

    /// <summary>All colours as 0xRRGGBB, ascending; null where there are more than 256.</summary>
    public int[]? Exact => exact.Count <= MaximumExact ? [.. exact.Order()] : null;

    public static int CellOf(int red, int green, int blue) => (((red >> Shift) * Side) + (green >> Shift)) * Side + (blue >> Shift);

    public void Add(Picture picture)
    {
        var pixels = picture.Pixels;
        var (green, blue) = picture.Channels == 1 ? (0, 0) : (1, 2);
        var before = -1;
        for (var i = 0; i < pixels.Length; i += picture.Channels)
        {
            int r = pixels[i], g = pixels[i + green], b = pixels[i + blue], colour = r << 16 | g << 8 | b;
            if (colour != before && exact.Count <= MaximumExact)
                exact.Add(colour);
            before = colour;
            var cell = CellOf(r, g, b);
            Cells[cell, 0]++;
            Cells[cell, 1] += r;
            Cells[cell, 2] += g;
            Cells[cell, 3] += b;
            Cells[cell, 4] += r * r + g * g + b * b;
        }
    }
}

namespace MLNetGen;

/// <summary>At most 256 colours, and the nearest of them to any.</summary>
internal sealed class GifPalette
{
    private const int Size = 256;

    // Colors are looked up by their upper six bits a channel; where the palette is exact, by all eight.
    private const int Shift = 2, Middle = 1 << (Shift - 1);

    private readonly Dictionary<int, byte>? exact;
    private readonly short[] nearest = new short[1 << (3 * (8 - Shift))];

    private GifPalette(int[] colors, bool isExact)
    {
        Colors = colors;
        if (isExact)
            exact = colors.Index().ToDictionary(entry => entry.Item, entry => (byte)entry.Index);
        Array.Fill(nearest, (short)-1);
    }

    /// <summary>0xRRGGBB.</summary>
    public int[] Colors { get; }

    public static GifPalette For(ColorHistogram histogram) =>
        histogram.Exact is { } colors ? new(colors, true) : new(Fit(histogram), false);

    public byte IndexOf(int red, int green, int blue)
    {
        if (exact is not null)
            return exact[red << 16 | green << 8 | blue];
        var key = ((red >> Shift) << 12) | ((green >> Shift) << 6) | (blue >> Shift);
        if (nearest[key] < 0)
            nearest[key] = Search(red & -(1 << Shift) | Middle, green & -(1 << Shift) | Middle, blue & -(1 << Shift) | Middle);
        return (byte)nearest[key];
    }

    private short Search(int red, int green, int blue)
    {
        short best = 0;
        var least = int.MaxValue;
        for (short i = 0; i < Colors.Length; i++)
        {
            int r = (Colors[i] >> 16) - red, g = (Colors[i] >> 8 & 255) - green, b = (Colors[i] & 255) - blue;
            var distance = r * r + g * g + b * b;
            if (distance < least)
                (best, least) = (i, distance);
        }
        return best;
    }

    // Median cut's boxes (Heckbert 1982), but cut where the squared error falls most (after Wu 1991) and the worst box
    // first. A box is the list of its cells.
    private static int[] Fit(ColorHistogram histogram)
    {
        var cells = histogram.Cells;
        var all = Enumerable.Range(0, cells.GetLength(0)).Where(cell => cells[cell, 0] > 0).ToArray();
        var boxes = new PriorityQueue<int[], double>();
        boxes.Enqueue(all, -ErrorOf(SumOf(cells, all)));
        while (boxes.Count < Size)
        {
            if (!boxes.TryPeek(out var worst, out var error) || error >= 0 || BestCut(cells, worst) is not { } halves)
                break;
            boxes.Dequeue();
            boxes.Enqueue(halves.Low, -ErrorOf(SumOf(cells, halves.Low)));
            boxes.Enqueue(halves.High, -ErrorOf(SumOf(cells, halves.High)));
        }
        return [.. boxes.UnorderedItems.Select(box => MeanOf(SumOf(cells, box.Element))).Distinct().Order()];
    }

    private static (int[] Low, int[] High)? BestCut(double[,] cells, int[] box)
    {
        (int[], int[])? best = null;
        var least = double.MaxValue;
        foreach (var divisor in (int[])[ColorHistogram.Side * ColorHistogram.Side, ColorHistogram.Side, 1])
        {
            int Position(int cell) => cell / divisor % ColorHistogram.Side;
            var ordered = box.OrderBy(Position).ToArray();
            var (low, total) = (new double[5], SumOf(cells, ordered));
            for (var i = 0; i < ordered.Length - 1; i++)
            {
                Accumulate(cells, ordered[i], low);
                if (Position(ordered[i]) == Position(ordered[i + 1]))
                    continue;
                var error = ErrorOf(low) + ErrorOf([.. total.Zip(low, (a, b) => a - b)]);
                if (error < least)
                    (least, best) = (error, (ordered[..(i + 1)], ordered[(i + 1)..]));
            }
        }
        return best;
    }

    private static double[] SumOf(double[,] cells, int[] box)
    {
        var sum = new double[5];
        foreach (var cell in box)
            Accumulate(cells, cell, sum);
        return sum;
    }

    private static void Accumulate(double[,] cells, int cell, double[] sum)
    {
        for (var i = 0; i < sum.Length; i++)
            sum[i] += cells[cell, i];
    }

    // The sum of squared distances from the mean.
    private static double ErrorOf(double[] sum) =>
        sum[4] - (sum[1] * sum[1] + sum[2] * sum[2] + sum[3] * sum[3]) / sum[0];

    private static int MeanOf(double[] sum) =>
        (int)Math.Round(sum[1] / sum[0]) << 16 | (int)Math.Round(sum[2] / sum[0]) << 8 | (int)Math.Round(sum[3] / sum[0]);
}

/// <summary>Which colours pictures have, and how often: exactly up to 256, and in 32×32×32 cells of the colour cube.</summary>
internal sealed class ColorHistogram
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
            int r = pixels[i], g = pixels[i + green], b = pixels[i + blue], color = r << 16 | g << 8 | b;
            if (color != before && exact.Count <= MaximumExact)
                exact.Add(color);
            before = color;
            var cell = CellOf(r, g, b);
            Cells[cell, 0]++;
            Cells[cell, 1] += r;
            Cells[cell, 2] += g;
            Cells[cell, 3] += b;
            Cells[cell, 4] += r * r + g * g + b * b;
        }
    }
}

namespace MLNetGen.Gan.Toy;

/// <summary>Lines, areas and text in pixels, with smooth edges.</summary>
internal sealed class Canvas
{
    // How much of each pixel the shape at hand covers; 0 everywhere between shapes, and only these rows are not.
    private readonly float[] cover;
    private int firstRow = int.MaxValue, lastRow = -1;

    public Canvas(int width, int height)
    {
        Picture = new Picture(width, height, 3, new byte[width * height * 3]);
        Array.Fill(Picture.Pixels, (byte)255);
        cover = new float[width * height];
    }

    public Picture Picture { get; }

    /// <summary>A line through the points; nothing is drawn above <paramref name="top"/> or below <paramref name="bottom"/>.</summary>
    /// <param name="points">In pixels; pixel (0, 0) reaches from 0 to 1.</param>
    /// <param name="ink">The colour.</param>
    /// <param name="thickness">In pixels.</param>
    /// <param name="dash">Lengths of a dash and of the gap after it; null for a whole line.</param>
    /// <param name="top">The first row to draw in.</param>
    /// <param name="bottom">The row after the last.</param>
    public void Line(IReadOnlyList<(double X, double Y)> points, (byte, byte, byte) ink, double thickness, (double On, double Off)? dash = null, int top = 0, int bottom = int.MaxValue)
    {
        // First the cover, then the paint, so that joints are not painted twice.
        double along = 0;
        for (int i = 1; i < points.Count; i++)
        {
            ((double X, double Y) from, (double X, double Y) to) = (points[i - 1], points[i]);
            double length = Math.Sqrt(Math.Pow(to.X - from.X, 2) + Math.Pow(to.Y - from.Y, 2));
            foreach ((double begin, double end) in dash is { } pattern ? Dashes(along, length, pattern) : [(0, length)])
                Cover(At(from, to, begin / length), At(from, to, end / length), thickness / 2);
            along += length;
        }
        Paint(ink, 1, top, bottom);
    }

    /// <summary>The area between a line and a horizontal one below it, lightly.</summary>
    public void Area(IReadOnlyList<(double X, double Y)> points, double floor, (byte, byte, byte) ink, double opacity, int top)
    {
        for (int i = 1; i < points.Count; i++)
        {
            for (int x = (int)Math.Ceiling(points[i - 1].X - 0.5); x + 0.5 < points[i].X; x++)
            {
                double y = At(points[i - 1], points[i], (x + 0.5 - points[i - 1].X) / (points[i].X - points[i - 1].X)).Y;
                for (int row = Math.Max(top, (int)y); row < floor; row++)
                    Cover(x, row, row + 1 - y);
            }
        }
        Paint(ink, opacity, top, int.MaxValue);
    }

    /// <summary>A line of text.</summary>
    /// <param name="text">As for <see cref="BitmapFont"/>.</param>
    /// <param name="x">Where the text's <paramref name="anchor"/> is.</param>
    /// <param name="top">Top of the capital letters.</param>
    /// <param name="ink">The colour.</param>
    /// <param name="anchor">0: its left end; 0.5: its middle; 1: its right end.</param>
    /// <param name="scale">Pixels a pixel of the font.</param>
    public void Text(string text, double x, int top, (byte, byte, byte) ink, double anchor = 0, int scale = 2) =>
        BitmapFont.Draw(Picture, text, (int)Math.Round(x - anchor * BitmapFont.WidthOf(text, scale)), top, ink, scale);

    private static IEnumerable<(double Begin, double End)> Dashes(double along, double length, (double On, double Off) pattern)
    {
        double period = pattern.On + pattern.Off;
        for (double start = -(along % period); start < length; start += period)
        {
            (double begin, double end) = (Math.Max(0, start), Math.Min(length, start + pattern.On));
            if (end > begin)
                yield return (begin, end);
        }
    }

    private static (double X, double Y) At((double X, double Y) from, (double X, double Y) to, double part) =>
        (from.X + (to.X - from.X) * part, from.Y + (to.Y - from.Y) * part);

    private void Cover((double X, double Y) from, (double X, double Y) to, double radius)
    {
        (double dx, double dy) = (to.X - from.X, to.Y - from.Y);
        double square = dx * dx + dy * dy;
        (int left, int right) = Range(from.X, to.X, radius, Picture.Width);
        (int top, int bottom) = Range(from.Y, to.Y, radius, Picture.Height);
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                (double px, double py) = (x + 0.5 - from.X, y + 0.5 - from.Y);
                double part = square == 0 ? 0 : Math.Clamp((px * dx + py * dy) / square, 0, 1);
                double distance = Math.Sqrt(Math.Pow(px - part * dx, 2) + Math.Pow(py - part * dy, 2));
                Cover(x, y, radius + 0.5 - distance);
            }
        }
    }

    private void Cover(int x, int y, double share)
    {
        ref float covered = ref cover[y * Picture.Width + x];
        covered = Math.Max(covered, (float)Math.Clamp(share, 0, 1));
        (firstRow, lastRow) = (Math.Min(firstRow, y), Math.Max(lastRow, y));
    }

    private static (int First, int Last) Range(double a, double b, double radius, int count) =>
        ((int)Math.Clamp(Math.Min(a, b) - radius - 1, 0, count), (int)Math.Clamp(Math.Max(a, b) + radius + 1, -1, count - 1));

    private void Paint((byte R, byte G, byte B) ink, double opacity, int top, int bottom)
    {
        for (int y = firstRow; y <= lastRow; y++)
        {
            for (int pixel = y * Picture.Width; pixel < (y + 1) * Picture.Width; pixel++)
            {
                if (cover[pixel] == 0)
                    continue;
                double share = y >= top && y < bottom ? cover[pixel] * opacity : 0;
                Blend(ref Picture.Pixels[pixel * 3], ink.R, share);
                Blend(ref Picture.Pixels[pixel * 3 + 1], ink.G, share);
                Blend(ref Picture.Pixels[pixel * 3 + 2], ink.B, share);
                cover[pixel] = 0;
            }
        }
        (firstRow, lastRow) = (int.MaxValue, -1);
    }

    private static void Blend(ref byte value, byte ink, double share) => value = (byte)Math.Round(value + (ink - value) * share);
}

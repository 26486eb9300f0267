using SkiaSharp;

namespace MLNetGen;

/// <summary>Draws on a white sheet with SkiaSharp: rectangles, lines, areas, pictures and text, with smooth edges.</summary>
/// <remarks>Places are in pixels from the left upper corner; pixel (0, 0) reaches from 0 to 1.</remarks>
internal sealed class Canvas : IDisposable
{
    /// <summary>Sizes of text: the height of a line in pixels.</summary>
    public const int SmallText = 11, LargeText = 17;

    /// <summary>From one line under a <see cref="Cell"/> to the next.</summary>
    public const int LineHeight = 13;

    // The height of DejaVu Sans's capital letters, in text sizes.
    private const float CapitalHeight = 0.729f;

    private const string Ellipsis = "…";

    private static readonly (byte R, byte G, byte B) Ink = (27, 32, 40), SoftInk = (91, 100, 114);

    // A part of DejaVu Sans (Latin, Greek, Cyrillic, signs), so that text looks the same on every system; what it lacks is looked for in the system's fonts.
    private static readonly SKTypeface Font = SKTypeface.FromStream(typeof(Canvas).Assembly.GetManifestResourceStream("DejaVuSans.ttf"));

    private readonly SKBitmap bitmap;
    private readonly SKCanvas canvas;
    private readonly float scale;

    public Canvas(int width, int height, float scale = 1)
    {
        this.scale = scale;
        bitmap = new SKBitmap(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        canvas.Scale(scale);
    }

    /// <summary>A canvas for many cells; where a side would be longer than <see cref="PictureGrid.MaximumSide"/>, all that is drawn becomes smaller.</summary>
    /// <param name="width">In the units that are drawn in.</param>
    /// <param name="height">As the width.</param>
    public static Canvas Sheet(long width, long height)
    {
        double scale = Math.Min(1, (double)PictureGrid.MaximumSide / Math.Max(width, height));
        return new(Side(width), Side(height), (float)scale);

        int Side(long length) => Math.Max(1, (int)Math.Round(length * scale));
    }

    public void Dispose()
    {
        canvas.Dispose();
        bitmap.Dispose();
    }

    /// <summary>What was drawn, in colour.</summary>
    public Picture ToPicture() => Picture.FromPixels(bitmap.Width, bitmap.Height, bitmap.GetPixelSpan(), red: 2, blue: 0);

    public void Fill(int left, int top, int width, int height, (byte R, byte G, byte B) color)
    {
        using SKPaint paint = Paint(color);
        paint.IsAntialias = false;
        canvas.DrawRect(left, top, width, height, paint);
    }

    /// <summary>A picture as large as the box allows, in its middle.</summary>
    public void Place(Picture picture, int left, int top, int width, int height)
    {
        using SKImage source = SKImage.FromPixelCopy(new SKImageInfo(picture.Width, picture.Height, SKColorType.Bgra8888, SKAlphaType.Opaque), picture.ToBgra());
        (int x, int y, int fittedWidth, int fittedHeight) = PictureGrid.FittedIn(picture, left, top, width, height);
        using SKPaint? paint = scale < 1 ? new SKPaint { FilterQuality = SKFilterQuality.Medium } : null;
        canvas.DrawImage(source, SKRect.Create(x, y, fittedWidth, fittedHeight), paint);
    }

    /// <summary>A line through the points with round ends; nothing is drawn above <paramref name="top"/> or below <paramref name="bottom"/>.</summary>
    /// <param name="points">At least two.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="thickness">In pixels.</param>
    /// <param name="dash">Lengths of a dash and of the gap after it; null for a whole line.</param>
    /// <param name="top">The first row to draw in.</param>
    /// <param name="bottom">The row after the last.</param>
    public void Line(
        IReadOnlyList<(double X, double Y)> points, (byte R, byte G, byte B) color, double thickness, (double On, double Off)? dash = null, int top = 0, int bottom = int.MaxValue)
    {
        using SKPath path = PathOf(points);
        using SKPaint paint = Paint(color);
        using SKPathEffect? dashes = dash is { } pattern ? SKPathEffect.CreateDash([(float)pattern.On, (float)pattern.Off], 0) : null;
        (paint.Style, paint.StrokeWidth, paint.StrokeCap, paint.StrokeJoin, paint.PathEffect) = (SKPaintStyle.Stroke, (float)thickness, SKStrokeCap.Round, SKStrokeJoin.Round, dashes);
        Clipped(top, bottom, () => canvas.DrawPath(path, paint));
    }

    /// <summary>A round dot.</summary>
    public void Dot(double x, double y, double radius, (byte R, byte G, byte B) color, double opacity = 1)
    {
        using SKPaint paint = Paint(color, opacity);
        canvas.DrawCircle((float)x, (float)y, (float)radius, paint);
    }

    /// <summary>The area between a line and a horizontal one below it.</summary>
    /// <param name="points">From left to right.</param>
    /// <param name="floor">The row of the horizontal line.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="opacity">0 to 1.</param>
    /// <param name="top">The first row to draw in.</param>
    public void Area(IReadOnlyList<(double X, double Y)> points, double floor, (byte R, byte G, byte B) color, double opacity, int top)
    {
        using SKPath path = PathOf([(points[0].X, floor), .. points, (points[^1].X, floor)]);
        using SKPaint paint = Paint(color, opacity);
        Clipped(top, (int)Math.Ceiling(floor), () => canvas.DrawPath(path, paint));
    }

    /// <summary>A line of text.</summary>
    /// <param name="text">Characters that no font has are drawn as boxes.</param>
    /// <param name="x">Where the text's <paramref name="anchor"/> is.</param>
    /// <param name="top">Top of the capital letters.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="anchor">0: its left end; 0.5: its middle; 1: its right end.</param>
    /// <param name="size">The height of a line.</param>
    public void Text(string text, double x, double top, (byte R, byte G, byte B) color, double anchor = 0, int size = SmallText)
    {
        using SKPaint paint = Paint(color);
        float left = (float)(x - (anchor * WidthOf(text, size)));
        foreach ((string part, SKTypeface typeface) in Parts(text))
        {
            (paint.Typeface, paint.TextSize) = (typeface, size);
            canvas.DrawText(part, left, (float)top + (CapitalHeight * size), paint);
            left += paint.MeasureText(part);
        }
    }

    /// <summary>A line of text that reads from below: it begins at <paramref name="bottom"/>, and <paramref name="left"/> is the top of its capital letters.</summary>
    public void TextUpwards(string text, double left, double bottom, (byte R, byte G, byte B) color, double anchor = 0, int size = SmallText)
    {
        canvas.Save();
        canvas.Translate((float)left, (float)bottom);
        canvas.RotateDegrees(-90);
        Text(text, 0, 0, color, anchor, size);
        canvas.Restore();
    }

    /// <summary>A picture as large as the square cell allows, and lines of text in the middle below it, the first the darkest.</summary>
    public void Cell(Picture picture, int left, int top, int size, params ReadOnlySpan<string> lines)
    {
        Place(PictureShrink.ToFit(picture, size, size), left, top, size, size);
        for (int i = 0; i < lines.Length; i++)
            Text(Shorten(lines[i], size), left + (size / 2.0), top + size + 4 + (i * LineHeight), i == 0 ? Ink : SoftInk, anchor: 0.5);
    }

    /// <summary>Width of a line of text in pixels.</summary>
    public static double WidthOf(string text, int size = SmallText)
    {
        using SKPaint paint = Paint(default);
        double width = 0;
        foreach ((string part, SKTypeface typeface) in Parts(text))
        {
            (paint.Typeface, paint.TextSize) = (typeface, size);
            width += paint.MeasureText(part);
        }
        return width;
    }

    /// <summary>Height of capital letters in pixels.</summary>
    public static double CapitalsOf(int size) => CapitalHeight * size;

    /// <summary>The text, its end left out where it is wider than the room.</summary>
    public static string Shorten(string text, double width, int size = SmallText)
    {
        if (WidthOf(text, size) <= width)
            return text;
        int length = text.Length;
        while (length > 1 && WidthOf(text[..length] + Ellipsis, size) > width)
            length--;
        return text[..length] + Ellipsis;
    }

    private static SKPaint Paint((byte R, byte G, byte B) color, double opacity = 1) => new()
    {
        Color = new SKColor(color.R, color.G, color.B, (byte)Math.Round(255 * opacity)),
        IsAntialias = true,
        // Letters of the same shape and width on every system.
        HintingLevel = SKPaintHinting.NoHinting,
        SubpixelText = true,
    };

    private static SKPath PathOf(IReadOnlyList<(double X, double Y)> points)
    {
        SKPath path = new();
        path.AddPoly([.. points.Select(point => new SKPoint((float)point.X, (float)point.Y))], close: false);
        return path;
    }

    private void Clipped(int top, int bottom, Action draw)
    {
        canvas.Save();
        canvas.ClipRect(new SKRect(0, top, bitmap.Width / scale, Math.Min(bottom, bitmap.Height / scale)));
        draw();
        canvas.Restore();
    }

    // Neighbours of one font together.
    private static IEnumerable<(string Part, SKTypeface Typeface)> Parts(string text)
    {
        if (Font.ContainsGlyphs(text))
            return text.Length == 0 ? [] : [(text, Font)];
        return text.EnumerateRunes().Select(rune => (rune.ToString(),
            Font.ContainsGlyph(rune.Value) ? Font : SKFontManager.Default.MatchCharacter(rune.Value) ?? Font));
    }
}

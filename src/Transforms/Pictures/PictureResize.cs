namespace MLNetGen;

/// <summary>
/// Pictures of another size, smoothly: bicubic (Keys 1981, a = −½), and over all pixels that fall together where it becomes smaller, as Pillow
/// does, so that fine patterns do not alias; within 1 level of what Pillow gives. ML.NET's own <c>ResizeImages</c> takes the nearest pixel.
/// </summary>
public static class PictureResize
{
    private const double Support = 2;

    /// <summary>The picture stretched to a size; the picture itself where it has it.</summary>
    /// <param name="picture">It is left as it is.</param>
    /// <param name="width">In pixels, at least 1.</param>
    /// <param name="height">In pixels, at least 1.</param>
    public static Picture To(Picture picture, int width, int height)
    {
        Check(picture, width, height);
        return picture.Width == width && picture.Height == height ? picture : Part(picture, 0, 0, picture.Width, picture.Height, width, height);
    }

    /// <summary>The largest part in the middle that has the proportions, at that size.</summary>
    /// <param name="picture">It is left as it is.</param>
    /// <param name="width">In pixels, at least 1.</param>
    /// <param name="height">In pixels, at least 1.</param>
    public static Picture ToCover(Picture picture, int width, int height)
    {
        Check(picture, width, height);
        double scale = Math.Min((double)picture.Width / width, (double)picture.Height / height);
        double partWidth = width * scale, partHeight = height * scale;
        return picture.Width == width && picture.Height == height ? picture
            : Part(picture, (picture.Width - partWidth) / 2, (picture.Height - partHeight) / 2, partWidth, partHeight, width, height);
    }

    /// <summary>In its proportions, the longer side as given.</summary>
    /// <param name="picture">It is left as it is.</param>
    /// <param name="length">In pixels, at least 1.</param>
    public static Picture ToLongerSide(Picture picture, int length)
    {
        Check(picture, length, length);
        return Scaled(picture, (double)length / Math.Max(picture.Width, picture.Height));
    }

    /// <summary>In its proportions, the longer side as given; the picture itself where it is no longer.</summary>
    /// <param name="picture">It is left as it is.</param>
    /// <param name="length">In pixels, at least 1.</param>
    public static Picture ToLongerSideAtMost(Picture picture, int length)
    {
        Check(picture, length, length);
        return Math.Max(picture.Width, picture.Height) <= length ? picture : ToLongerSide(picture, length);
    }

    /// <summary>In its proportions, the shorter side as given.</summary>
    /// <param name="picture">It is left as it is.</param>
    /// <param name="length">In pixels, at least 1.</param>
    public static Picture ToShorterSide(Picture picture, int length)
    {
        Check(picture, length, length);
        return Scaled(picture, (double)length / Math.Min(picture.Width, picture.Height));
    }

    private static void Check(Picture picture, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
    }

    private static Picture Scaled(Picture picture, double scale) =>
        To(picture, Math.Max(1, (int)Math.Round(picture.Width * scale)), Math.Max(1, (int)Math.Round(picture.Height * scale)));

    // Columns first, then rows, and bytes between them: the overshoot of a hard edge is cut off in both, as Pillow does it.
    private static Picture Part(Picture picture, double left, double top, double partWidth, double partHeight, int width, int height)
    {
        int channels = picture.Channels;
        (int First, float[] Weights)[] columns = Taps(left, partWidth, width, picture.Width), rows = Taps(top, partHeight, height, picture.Height);
        byte[] narrow = new byte[picture.Height * width * channels];
        for (int y = 0; y < picture.Height; y++)
        {
            ReadOnlySpan<byte> source = picture.Pixels.AsSpan(y * picture.Width * channels, picture.Width * channels);
            Span<byte> target = narrow.AsSpan(y * width * channels, width * channels);
            for (int x = 0; x < width; x++)
            {
                (int first, float[] weights) = columns[x];
                for (int c = 0; c < channels; c++)
                {
                    float sum = 0;
                    for (int i = 0; i < weights.Length; i++)
                        sum += weights[i] * source[(first + i) * channels + c];
                    target[x * channels + c] = Level(sum);
                }
            }
        }

        byte[] result = new byte[height * width * channels];
        float[] line = new float[width * channels];
        for (int y = 0; y < height; y++)
        {
            (int first, float[] weights) = rows[y];
            Array.Clear(line);
            for (int i = 0; i < weights.Length; i++)
            {
                ReadOnlySpan<byte> source = narrow.AsSpan((first + i) * line.Length, line.Length);
                for (int x = 0; x < line.Length; x++)
                    line[x] += weights[i] * source[x];
            }
            for (int x = 0; x < line.Length; x++)
                result[y * line.Length + x] = Level(line[x]);
        }
        return new Picture(width, height, channels, result);
    }

    private static byte Level(float value) => (byte)Math.Clamp(MathF.Round(value, MidpointRounding.AwayFromZero), 0, 255);

    // Which old pixels a new one is made of, and how much of each.
    private static (int First, float[] Weights)[] Taps(double begin, double length, int newCount, int oldCount)
    {
        double step = length / newCount, stretch = Math.Max(step, 1);
        (int, float[])[] taps = new (int, float[])[newCount];
        for (int i = 0; i < newCount; i++)
        {
            double centre = begin + (i + 0.5) * step;
            int first = Math.Max(0, (int)(centre - Support * stretch + 0.5)), end = Math.Min(oldCount, (int)(centre + Support * stretch + 0.5));
            double[] weights = [.. Enumerable.Range(first, end - first).Select(old => Cubic((old + 0.5 - centre) / stretch))];
            double sum = weights.Sum();
            taps[i] = (first, [.. weights.Select(weight => (float)(weight / sum))]);
        }
        return taps;
    }

    private static double Cubic(double x)
    {
        x = Math.Abs(x);
        return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
}

/// <summary>Makes pictures smaller by averaging the pixels that fall together, so that fine patterns do not alias.</summary>
internal static class PictureShrink
{
    /// <summary>The picture in its proportions, no larger than the box; the picture itself where it fits.</summary>
    public static Picture ToFit(Picture picture, int maximumWidth, int maximumHeight)
    {
        var ratio = Math.Min((double)maximumWidth / picture.Width, (double)maximumHeight / picture.Height);
        return ratio >= 1 ? picture : To(picture,
            Math.Clamp((int)Math.Round(picture.Width * ratio), 1, maximumWidth), Math.Clamp((int)Math.Round(picture.Height * ratio), 1, maximumHeight));
    }

    // Rows first, then columns: the mean over a rectangle is the mean of means.
    private static Picture To(Picture picture, int width, int height)
    {
        var channels = picture.Channels;
        var narrow = new double[picture.Height * width * channels];
        var source = Array.ConvertAll(picture.Pixels, value => (double)value);
        for (var y = 0; y < picture.Height; y++)
            Average(source.AsSpan(y * picture.Width * channels), narrow.AsSpan(y * width * channels), picture.Width, width, channels);
        var small = new double[height * width * channels];
        Average(narrow, small, picture.Height, height, width * channels);
        return new Picture(width, height, channels, Array.ConvertAll(small, value => (byte)Math.Round(value)));
    }

    // Elements of `stride` values each; what a new element covers of an old one is its weight.
    private static void Average(ReadOnlySpan<double> from, Span<double> to, int count, int newCount, int stride)
    {
        var covered = (double)count / newCount;
        for (var i = 0; i < newCount; i++)
        {
            var (begin, end) = (i * covered, Math.Min(count, (i + 1) * covered));
            for (var j = (int)begin; j < end; j++)
            {
                var weight = (Math.Min(end, j + 1) - Math.Max(begin, j)) / covered;
                for (var k = 0; k < stride; k++)
                    to[i * stride + k] += weight * from[j * stride + k];
            }
        }
    }
}

namespace MLNetGen;

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

namespace MLNetGen;

/// <summary>Pictures at another size.</summary>
internal static class PictureResize
{
    /// <summary>
    /// Stretches by a triangle filter: linear between pixel centres where the picture grows, and where it shrinks as wide as a new
    /// pixel is apart from the next, so that fine patterns do not alias. The picture itself where the size is right.
    /// </summary>
    public static Picture Smooth(Picture picture, int width, int height)
    {
        if (picture.Width == width && picture.Height == height)
            return picture;
        var channels = picture.Channels;
        var source = Array.ConvertAll(picture.Pixels, value => (float)value);
        var narrow = new float[picture.Height * width * channels];
        var across = Weights(picture.Width, width);
        for (var y = 0; y < picture.Height; y++)
            Filter(source.AsSpan(y * picture.Width * channels), narrow.AsSpan(y * width * channels), across, channels);
        var result = new float[height * width * channels];
        Filter(narrow, result, Weights(picture.Height, height), width * channels);
        return new Picture(width, height, channels, Array.ConvertAll(result, value => PictureColors.ToByte(value)));
    }

    // Elements of `stride` values each.
    private static void Filter(ReadOnlySpan<float> from, Span<float> to, (int First, float[] Shares)[] weights, int stride)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var target = to.Slice(i * stride, stride);
            for (var j = 0; j < weights[i].Shares.Length; j++)
            {
                var share = weights[i].Shares[j];
                var values = from.Slice((weights[i].First + j) * stride, stride);
                for (var k = 0; k < stride; k++)
                    target[k] += share * values[k];
            }
        }
    }

    private static (int First, float[] Shares)[] Weights(int count, int newCount)
    {
        var step = (double)count / newCount;
        var reach = Math.Max(1, step);
        var weights = new (int, float[])[newCount];
        for (var i = 0; i < newCount; i++)
        {
            var centre = (i + 0.5) * step - 0.5;
            var (first, last) = (Math.Max(0, (int)Math.Ceiling(centre - reach)), Math.Min(count - 1, (int)Math.Floor(centre + reach)));
            var shares = new double[last - first + 1];
            for (var j = first; j <= last; j++)
                shares[j - first] = Math.Max(0, 1 - Math.Abs(j - centre) / reach);
            var sum = shares.Sum();
            weights[i] = (first, Array.ConvertAll(shares, share => (float)(share / sum)));
        }
        return weights;
    }
}

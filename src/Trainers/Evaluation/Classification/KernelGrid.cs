namespace MLNetGen;

/// <summary>Draws a convolution's kernels, as in figure 3 of Krizhevsky, Sutskever and Hinton 2012.</summary>
public static class KernelGrid
{
    // Neighbours of as many colours would run into each other.
    private const int Gap = 6;

    /// <summary>One picture of all kernels, in rows from the top left; each spans its own range of values, from black to white.</summary>
    /// <param name="weights">[count, channels, height, width], row-major, as a convolution layer has them.</param>
    /// <param name="count">Kernels, at least 1.</param>
    /// <param name="channels">3 for a layer that sees red, green, blue; 1 for grey.</param>
    /// <param name="height">Height of a kernel.</param>
    /// <param name="width">Width of a kernel.</param>
    /// <param name="columns">Kernels a row, at least 1.</param>
    /// <exception cref="ArgumentException">The number of weights is another, or a value is out of range.</exception>
    public static Picture Draw(ReadOnlySpan<float> weights, int count, int channels, int height, int width, int columns = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, $"the kernels see {channels} channels; only kernels over 1 (grey) or 3 (red, green, blue) are pictures: take the first layer's.");
        long size = (long)channels * height * width;
        if (weights.Length != count * size)
            throw new ArgumentException($"{count} kernels of {channels}×{height}×{width} are {count * size} weights, not {weights.Length}.", nameof(weights));
        List<Picture> kernels = [];
        for (int i = 0; i < count; i++)
            kernels.Add(Kernel(weights.Slice((int)(i * size), (int)size), channels, height, width));
        return PictureGrid.Draw(kernels, columns, gap: Gap);
    }

    private static Picture Kernel(ReadOnlySpan<float> weights, int channels, int height, int width)
    {
        (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (float weight in weights)
        {
            low = Math.Min(low, weight);
            high = Math.Max(high, weight);
        }
        // Equal weights are grey; what is not a number makes the whole kernel so.
        float range = high - low;
        byte[] pixels = new byte[weights.Length];
        int plane = height * width;
        for (int channel = 0; channel < channels; channel++)
        {
            for (int at = 0; at < plane; at++)
                pixels[(at * channels) + channel] = range > 0 && float.IsFinite(range) ? (byte)MathF.Round(255 * (weights[(channel * plane) + at] - low) / range) : (byte)128;
        }
        return new Picture(width, height, channels, pixels);
    }
}

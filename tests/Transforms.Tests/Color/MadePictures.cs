namespace MLNetGen.Tests;

/// <summary>Pictures for the colour tests.</summary>
internal static class MadePictures
{
    /// <summary>Colours from a normal distribution with the mean and the factor of a covariance: μ + A·z.</summary>
    public static Picture Normal(int width, int height, double[] mean, double[,] factor, int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            double[] z = [Draw(random), Draw(random), Draw(random)];
            for (var c = 0; c < 3; c++)
                pixels[i + c] = (byte)Math.Clamp(Math.Round(mean[c] + factor[c, 0] * z[0] + factor[c, 1] * z[1] + factor[c, 2] * z[2]), 0, 255);
        }
        return new Picture(width, height, 3, pixels);
    }

    public static Picture Uniform(int width, int height, int channels, int seed)
    {
        var pixels = new byte[width * height * channels];
        new Random(seed).NextBytes(pixels);
        return new Picture(width, height, channels, pixels);
    }

    public static Picture Solid(int width, int height, byte red, byte green, byte blue)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i += 3)
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (red, green, blue);
        return new Picture(width, height, 3, pixels);
    }

    public static double Mean(Picture picture, int channel) => Channel(picture, channel).Average();

    /// <summary>As the definition has it, over differences from the mean.</summary>
    public static double Covariance(Picture picture, int a, int b)
    {
        var (meanA, meanB) = (Mean(picture, a), Mean(picture, b));
        return Channel(picture, a).Zip(Channel(picture, b), (x, y) => (x - meanA) * (y - meanB)).Average();
    }

    public static IEnumerable<double> Channel(Picture picture, int channel) =>
        Enumerable.Range(0, picture.Width * picture.Height).Select(i => (double)picture.Pixels[i * picture.Channels + channel]);

    // Box and Muller.
    private static double Draw(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

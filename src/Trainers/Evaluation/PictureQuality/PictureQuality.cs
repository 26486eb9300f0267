using MLNetGen.Evaluation;

namespace MLNetGen;

/// <summary>How near a picture is to the true one of the same size.</summary>
public static class PictureQuality
{
    /// <summary>The least height and width that <see cref="StructuralSimilarity"/> has a window for.</summary>
    public const int SmallestSide = GaussianWindow.Size;

    private const double Peak = 255;

    // Wang et al. 2004, section III B: K1 and K2 of the dynamic range.
    private const double C1 = 0.01 * Peak * (0.01 * Peak), C2 = 0.03 * Peak * (0.03 * Peak);

    /// <summary>Peak signal-to-noise ratio: 10 log₁₀(255² / mean squared error), in decibels.</summary>
    /// <param name="picture">The picture to judge; a grey one counts as one of three equal colours.</param>
    /// <param name="truth">What it should be.</param>
    /// <param name="channels">What is compared.</param>
    /// <returns>Higher is better; infinite where nothing differs.</returns>
    /// <exception cref="ArgumentException">The pictures differ in size.</exception>
    public static double PeakSignalToNoise(Picture picture, Picture truth, PictureChannels channels = PictureChannels.Luminance)
    {
        CheckSizes(picture, truth);
        double squares = 0;
        long count = 0;
        foreach ((double[] a, double[] b) in PictureChannel.Of(picture, channels).Zip(PictureChannel.Of(truth, channels)))
        {
            for (int i = 0; i < a.Length; i++)
                squares += (a[i] - b[i]) * (a[i] - b[i]);
            count += a.Length;
        }
        return 10 * Math.Log10(Peak * Peak / (squares / count));
    }

    /// <summary>
    /// Structural similarity: the mean over all 11×11 windows (Gaussian, σ 1.5) that lie within the picture.
    /// Source: Wang, Bovik, Sheikh and Simoncelli 2004, "Image quality assessment: from error visibility to structural similarity", equation 13.
    /// </summary>
    /// <param name="picture">The picture to judge; a grey one counts as one of three equal colours.</param>
    /// <param name="truth">What it should be.</param>
    /// <param name="channels">What is compared.</param>
    /// <returns>At most 1, which it is where nothing differs.</returns>
    /// <exception cref="ArgumentException">The pictures differ in size, or are smaller than <see cref="SmallestSide"/>.</exception>
    public static double StructuralSimilarity(Picture picture, Picture truth, PictureChannels channels = PictureChannels.Luminance)
    {
        CheckSizes(picture, truth);
        if (Math.Min(picture.Width, picture.Height) < SmallestSide)
            throw new ArgumentException($"the pictures are {picture.Width}×{picture.Height}: structural similarity needs at least {SmallestSide}×{SmallestSide} pixels.", nameof(picture));
        return PictureChannel.Of(picture, channels).Zip(PictureChannel.Of(truth, channels), (a, b) => Similarity(a, b, picture.Width, picture.Height)).Average();
    }

    private static double Similarity(double[] a, double[] b, int width, int height)
    {
        double[] Mean(Func<int, double> value) => GaussianWindow.Means(value, width, height);
        double[] meanA = Mean(i => a[i]), meanB = Mean(i => b[i]);
        double[] squareA = Mean(i => a[i] * a[i]), squareB = Mean(i => b[i] * b[i]), product = Mean(i => a[i] * b[i]);
        double sum = 0;
        for (int i = 0; i < meanA.Length; i++)
        {
            double mixed = meanA[i] * meanB[i], squares = meanA[i] * meanA[i] + meanB[i] * meanB[i];
            double covariance = product[i] - mixed, variances = squareA[i] + squareB[i] - squares;
            sum += (2 * mixed + C1) * (2 * covariance + C2) / ((squares + C1) * (variances + C2));
        }
        return sum / meanA.Length;
    }

    private static void CheckSizes(Picture picture, Picture truth)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(truth);
        if (picture.Width != truth.Width || picture.Height != truth.Height)
            throw new ArgumentException($"the picture is {picture.Width}×{picture.Height} and the true one {truth.Width}×{truth.Height}: only pictures of one size compare.", nameof(picture));
    }
}

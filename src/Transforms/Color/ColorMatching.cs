namespace MLNetGen;

/// <summary>Gives a picture the colours of another one, and leaves its shapes alone.</summary>
/// <remarks>
/// So that a painting keeps its photograph's colours: Gatys, Bethge, Hertzmann, Shechtman 2016, "Preserving color in neural
/// artistic style transfer", arXiv:1606.05897, section 3. A style picture gets them before a picture is optimised in its manner;
/// what a style network painted gets them afterwards. The pictures may differ in size.
/// </remarks>
public static class ColorMatching
{
    // Bytes cannot tell less: a direction in which the colours vary by less than one grey level is not stretched as if they did.
    private const double MinVariance = 1;

    /// <summary>Moves and stretches the picture's colours, so that their mean and covariance become the target's.</summary>
    /// <remarks>
    /// x ↦ Σ_t^½ · Σ_p^-½ · (x − μ_p) + μ_t with symmetric square roots, the paper's "image analogies" form. What leaves 0–255 is
    /// clipped. Colours that do not vary in some direction, as those of a grey picture, stay without variation there.
    /// </remarks>
    /// <param name="picture">The picture to recolour, grey or in colour; it is left as it is.</param>
    /// <param name="target">Where the colours come from, grey or in colour.</param>
    /// <returns>A picture of <paramref name="picture"/>'s size, in red, green, blue.</returns>
    public static Picture MatchMeanAndCovariance(Picture picture, Picture target)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(target);
        var from = ColorStatistics.Of(picture);
        var to = ColorStatistics.Of(target);
        var map = to.Covariance.Power(variance => Math.Sqrt(Math.Max(variance, 0)))
            .Times(from.Covariance.Power(variance => 1 / Math.Sqrt(Math.Max(variance, MinVariance))));

        var pixels = new byte[picture.Width * picture.Height * 3];
        var source = PictureColors.ToRgb(picture).Pixels;
        for (var i = 0; i < pixels.Length; i += 3)
        {
            var (r, g, b) = (source[i] - from.Mean[0], source[i + 1] - from.Mean[1], source[i + 2] - from.Mean[2]);
            for (var c = 0; c < 3; c++)
                pixels[i + c] = PictureColors.ToByte(to.Mean[c] + map[c, 0] * r + map[c, 1] * g + map[c, 2] * b);
        }
        return new Picture(picture.Width, picture.Height, 3, pixels);
    }

    /// <summary>Replaces every channel's values by those of the same rank in the target's channel.</summary>
    /// <remarks>
    /// A value's rank is the middle of the pixels that have it, so that a picture matched to itself stays as it is, and one of a single
    /// colour becomes the target's median and not its brightest. Channels are taken alone: unlike
    /// <see cref="MatchMeanAndCovariance"/>, this knows nothing of how they go together.
    /// </remarks>
    /// <param name="picture">The picture to recolour, grey or in colour; it is left as it is.</param>
    /// <param name="target">Where the colours come from, grey or in colour.</param>
    /// <returns>A picture of <paramref name="picture"/>'s size, in red, green, blue.</returns>
    public static Picture MatchHistograms(Picture picture, Picture target)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(target);
        var source = PictureColors.ToRgb(picture).Pixels;
        var wanted = PictureColors.ToRgb(target).Pixels;
        var pixels = new byte[source.Length];
        for (var c = 0; c < 3; c++)
        {
            var table = SameRank(Cumulative(source, c), Cumulative(wanted, c));
            for (var i = c; i < pixels.Length; i += 3)
                pixels[i] = table[source[i]];
        }
        return new Picture(picture.Width, picture.Height, 3, pixels);
    }

    private static byte[] SameRank(double[] from, double[] to)
    {
        var table = new byte[256];
        for (int value = 0, candidate = 0; value < 256; value++)
        {
            var rank = ((value == 0 ? 0 : from[value - 1]) + from[value]) / 2;
            while (candidate < 255 && to[candidate] <= rank)
                candidate++;
            table[value] = (byte)candidate;
        }
        return table;
    }

    // The share of pixels up to each value.
    private static double[] Cumulative(byte[] pixels, int channel)
    {
        var counts = new long[256];
        for (var i = channel; i < pixels.Length; i += 3)
            counts[pixels[i]]++;
        var shares = new double[256];
        var sum = 0L;
        for (var value = 0; value < 256; value++)
            shares[value] = (double)(sum += counts[value]) / (pixels.Length / 3);
        return shares;
    }
}

/// <summary>Mean and covariance of a picture's colours: red, green, blue in 0 to 255.</summary>
internal sealed record ColorStatistics(double[] Mean, Matrix3 Covariance)
{
    public static ColorStatistics Of(Picture picture)
    {
        var pixels = PictureColors.ToRgb(picture).Pixels;
        // Whole numbers: exact for any picture that an array can hold.
        var sums = new long[3];
        var products = new long[3, 3];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            for (var a = 0; a < 3; a++)
            {
                sums[a] += pixels[i + a];
                for (var b = a; b < 3; b++)
                    products[a, b] += pixels[i + a] * pixels[i + b];
            }
        }

        double count = pixels.Length / 3;
        double[] mean = [sums[0] / count, sums[1] / count, sums[2] / count];
        var covariance = new double[3, 3];
        for (var a = 0; a < 3; a++)
            for (var b = a; b < 3; b++)
                covariance[a, b] = covariance[b, a] = products[a, b] / count - mean[a] * mean[b];
        return new(mean, new Matrix3(covariance));
    }
}

/// <summary>A 3×3 matrix, symmetric where <see cref="Power"/> is asked for.</summary>
internal sealed class Matrix3(double[,] values)
{
    public double this[int row, int column] => values[row, column];

    public Matrix3 Times(Matrix3 other)
    {
        var product = new double[3, 3];
        for (var i = 0; i < 3; i++)
            for (var j = 0; j < 3; j++)
                for (var k = 0; k < 3; k++)
                    product[i, j] += values[i, k] * other[k, j];
        return new(product);
    }

    /// <summary>V · f(Λ) · Vᵀ: the matrix with a function applied to its eigenvalues.</summary>
    public Matrix3 Power(Func<double, double> ofEigenvalue)
    {
        var (eigenvalues, vectors) = Jacobi.Eigen(values);
        var result = new double[3, 3];
        for (var k = 0; k < 3; k++)
        {
            var factor = ofEigenvalue(eigenvalues[k]);
            for (var i = 0; i < 3; i++)
                for (var j = 0; j < 3; j++)
                    result[i, j] += factor * vectors[i, k] * vectors[j, k];
        }
        return new(result);
    }
}

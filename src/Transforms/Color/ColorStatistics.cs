namespace MLNetGen;

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

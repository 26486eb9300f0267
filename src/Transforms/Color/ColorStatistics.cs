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

/// <summary>A 3×3 matrix, symmetric where <see cref="Power"/> is asked for.</summary>
internal sealed class Matrix3(double[,] values)
{
    // Jacobi's method converges quadratically; 3×3 needs four or five sweeps.
    private const int Sweeps = 20;

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
        var (eigenvalues, vectors) = Eigen();
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

    // Jacobi's rotations: each makes one element beside the diagonal zero.
    private (double[] Values, double[,] Vectors) Eigen()
    {
        var a = (double[,])values.Clone();
        var v = new double[3, 3] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            foreach (var (p, q) in new[] { (0, 1), (0, 2), (1, 2) })
            {
                if (a[p, q] == 0)
                    continue;
                var theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
                var t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
                var c = 1 / Math.Sqrt(t * t + 1);
                Rotate(a, v, p, q, c, t * c);
            }
        }
        return ([a[0, 0], a[1, 1], a[2, 2]], v);
    }

    private static void Rotate(double[,] a, double[,] v, int p, int q, double c, double s)
    {
        for (var k = 0; k < 3; k++)
            (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]);
        for (var k = 0; k < 3; k++)
            (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]);
        for (var k = 0; k < 3; k++)
            (v[k, p], v[k, q]) = (c * v[k, p] - s * v[k, q], s * v[k, p] + c * v[k, q]);
    }
}

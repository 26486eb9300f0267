namespace MLNetGen;

/// <summary>Eigenvalues, the largest first, and eigenvectors, the largest entry positive, of a small symmetric matrix.</summary>
internal sealed record SymmetricEigen(double[] Values, double[][] Vectors)
{
    private const int MostSweeps = 50;

    /// <summary>By Jacobi's rotations (Golub and Van Loan, "Matrix Computations", section 8.5), each of which makes one entry off the diagonal zero.</summary>
    public static SymmetricEigen Of(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double[,] a = (double[,])matrix.Clone();
        double[,] v = new double[n, n];
        for (int i = 0; i < n; i++)
            v[i, i] = 1;
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            bool rotated = false;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                    rotated |= Rotate(a, v, p, q);
            }
            if (!rotated)
                break;
        }
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => a[i, i])];
        return new SymmetricEigen([.. order.Select(i => a[i, i])], [.. order.Select(i => Column(v, i))]);
    }

    private static bool Rotate(double[,] a, double[,] v, int p, int q)
    {
        if (Math.Abs(a[p, q]) <= double.Epsilon + 1e-17 * Math.Sqrt(Math.Abs(a[p, p] * a[q, q])))
            return false;
        int n = a.GetLength(0);
        double tau = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double t = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt(1 + tau * tau));
        double c = 1 / Math.Sqrt(1 + t * t);
        double s = t * c;
        for (int k = 0; k < n; k++)
            (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]);
        for (int k = 0; k < n; k++)
        {
            (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]);
            (v[k, p], v[k, q]) = (c * v[k, p] - s * v[k, q], s * v[k, p] + c * v[k, q]);
        }
        return true;
    }

    private static double[] Column(double[,] matrix, int column)
    {
        double[] values = [.. Enumerable.Range(0, matrix.GetLength(0)).Select(row => matrix[row, column])];
        return values.MaxBy(Math.Abs) < 0 ? [.. values.Select(value => -value)] : values;
    }
}

namespace MLNetGen;

/// <summary>Eigenvalues of symmetric matrices by Jacobi's rotations, each of which makes one element beside the diagonal zero (Golub and Van Loan, Matrix Computations, 8.5).</summary>
internal static class Jacobi
{
    // The method converges quadratically: 3×3 needs four or five.
    private const int MostSweeps = 20;

    /// <summary>Eigenvalues, in no order, and eigenvectors, a column each.</summary>
    /// <param name="symmetric">The matrix.</param>
    /// <param name="tolerance">It is done where the squares beside the diagonal are at most this part of those on it.</param>
    public static (double[] Values, double[,] Vectors) Eigen(double[,] symmetric, double tolerance = 0)
    {
        int n = symmetric.GetLength(0);
        double[,] a = (double[,])symmetric.Clone(), v = new double[n, n];
        for (int i = 0; i < n; i++) v[i, i] = 1;
        for (int sweep = 0; sweep < MostSweeps && !IsDiagonal(a, tolerance); sweep++)
        {
            for (int p = 0; p < n - 1; p++)
            {
                for (int q = p + 1; q < n; q++) Rotate(a, v, p, q);
            }
        }
        return ([.. Enumerable.Range(0, n).Select(i => a[i, i])], v);
    }

    private static bool IsDiagonal(double[,] a, double tolerance)
    {
        double beside = 0, diagonal = 0;
        for (int i = 0; i < a.GetLength(0); i++)
        {
            diagonal += a[i, i] * a[i, i];
            for (int j = 0; j < i; j++) beside += a[i, j] * a[i, j];
        }
        return beside <= tolerance * diagonal;
    }

    private static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        if (a[p, q] == 0)
            return;
        int n = a.GetLength(0);
        double theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1)), c = 1 / Math.Sqrt((t * t) + 1), s = t * c;
        for (int k = 0; k < n; k++) (a[k, p], a[k, q]) = ((c * a[k, p]) - (s * a[k, q]), (s * a[k, p]) + (c * a[k, q]));
        for (int k = 0; k < n; k++) (a[p, k], a[q, k]) = ((c * a[p, k]) - (s * a[q, k]), (s * a[p, k]) + (c * a[q, k]));
        for (int k = 0; k < n; k++) (v[k, p], v[k, q]) = ((c * v[k, p]) - (s * v[k, q]), (s * v[k, p]) + (c * v[k, q]));
    }
}

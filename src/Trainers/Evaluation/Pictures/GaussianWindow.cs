namespace MLNetGen.Evaluation;

/// <summary>Weighted means over every 11×11 window inside a plane; the weights are a Gaussian's, σ 1.5, and sum to 1.</summary>
internal static class GaussianWindow
{
    public const int Size = 11;

    private const double Sigma = 1.5;

    private static readonly double[] Weights = Normalized([.. Enumerable.Range(-Size / 2, Size).Select(x => Math.Exp(-x * x / (2 * Sigma * Sigma)))]);

    /// <returns>[height − 10, width − 10].</returns>
    public static double[] Means(Func<int, double> value, int width, int height)
    {
        int narrow = width - Size + 1, low = height - Size + 1;
        double[] rows = new double[height * narrow];
        double[] line = new double[width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                line[x] = value(y * width + x);
            for (int x = 0; x < narrow; x++)
            {
                double sum = 0;
                for (int k = 0; k < Size; k++)
                    sum += Weights[k] * line[x + k];
                rows[y * narrow + x] = sum;
            }
        }
        double[] means = new double[low * narrow];
        for (int y = 0; y < low; y++)
            for (int k = 0; k < Size; k++)
                for (int x = 0; x < narrow; x++)
                    means[y * narrow + x] += Weights[k] * rows[(y + k) * narrow + x];
        return means;
    }

    private static double[] Normalized(double[] weights)
    {
        double sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }
}

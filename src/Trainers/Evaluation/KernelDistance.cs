using static TorchSharp.torch;

namespace MLNetGen.Evaluation;

/// <summary>
/// The unbiased estimate of the squared maximum mean discrepancy (Gretton et al. 2012, JMLR 13, equation 3) under
/// k(x, y) = (xᵀy / d + 1)³, over random subsets. Source: Bińkowski et al. 2018, section 4.
/// </summary>
internal static class KernelDistance
{
    private const int Subsets = 100;
    private const int MaxSubset = 1000;
    private const int Seed = 1;

    /// <summary>Mean and standard error, of features [n, d] and [m, d] in float64; at least 4 rows each.</summary>
    public static (double Mean, double StandardError) Between(Tensor a, Tensor b)
    {
        int rows = (int)Math.Min(a.shape[0], b.shape[0]);
        // Half of the rows at most: the spread over subsets without replacement, times the root of m / (n − m), then is the
        // standard error of what all rows give (delete-d jackknife). Dividing by the root of the number of subsets would
        // promise any precision for more of them.
        int size = Math.Min(MaxSubset, rows / 2);
        Random random = new(Seed);
        double[] estimates = new double[Subsets];
        for (int i = 0; i < Subsets; i++)
        {
            using var scope = NewDisposeScope();
            estimates[i] = Squared(Draw(a, size, random), Draw(b, size, random));
        }
        double mean = estimates.Average();
        double variance = estimates.Sum(x => (x - mean) * (x - mean)) / (Subsets - 1);
        return (mean, Math.Sqrt(variance * size / (rows - size)));
    }

    /// <summary>The unbiased estimate on all rows.</summary>
    public static double Squared(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return WithoutDiagonal(Kernel(a, a)) + WithoutDiagonal(Kernel(b, b)) - 2 * Kernel(a, b).mean().item<double>();
    }

    private static Tensor Kernel(Tensor a, Tensor b) => a.matmul(b.t()).div_(a.shape[1]).add_(1).pow_(3);

    private static double WithoutDiagonal(Tensor kernel)
    {
        long n = kernel.shape[0];
        return (kernel.sum() - kernel.trace()).item<double>() / (n * (n - 1.0));
    }

    private static Tensor Draw(Tensor rows, int size, Random random)
    {
        long[] order = [.. Enumerable.Range(0, (int)rows.shape[0])];
        random.Shuffle(order);
        return rows.index_select(0, tensor(order.AsSpan(0, size).ToArray()));
    }
}

namespace MLNetGen.Latent;

/// <summary>Fits a mixture of normal distributions to rows.</summary>
/// <remarks>
/// Dempster, Laird and Rubin 1977, "Maximum likelihood from incomplete data via the EM algorithm"; the steps are Bishop 2006, section 9.2.2, the start is
/// Arthur and Vassilvitskii 2007, "k-means++: the advantages of careful seeding".
/// </remarks>
internal sealed class ExpectationMaximization(float[][] rows, GaussianMixtureTrainer.Options options, int seed)
{
    // A component with less than this of one row keeps its place: of nothing there is neither mean nor covariance.
    private const double Nothing = 1e-10;

    private readonly int dimension = rows[0].Length, count = options.NumberOfComponents;

    // [component][row], so that components can be estimated side by side.
    private readonly double[][] responsibilities = [.. Enumerable.Range(0, options.NumberOfComponents).Select(_ => new double[rows.Length])];

    /// <summary>The start and the steps from it; the last one's mixture is the result.</summary>
    /// <param name="told">Called after each.</param>
    /// <param name="converged">Whether the last step gained less than the tolerance.</param>
    public List<GaussianMixtureStep> Run(Action<GaussianMixtureStep>? told, out bool converged)
    {
        GaussianMixture mixture = Around(options.InitialMeans is { } given ? [.. given] : Start());
        List<GaussianMixtureStep> steps = [];
        do
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            if (steps.Count > 0)
                mixture = Maximize(mixture);
            steps.Add(new GaussianMixtureStep(steps.Count, Expect(mixture), mixture));
            told?.Invoke(steps[^1]);
            converged = steps.Count > 1 && steps[^1].LogLikelihood - steps[^2].LogLikelihood < options.Tolerance;
        }
        while (!converged && steps.Count <= options.MaximumIterations);
        return steps;
    }

    // k-means++: each next one is a row, drawn by its squared distance to the nearest so far.
    private float[][] Start()
    {
        RowRandom random = new(seed, 0);
        float[][] chosen = new float[count][];
        chosen[0] = rows[(int)(random.NextDouble() * rows.Length)];
        double[] nearest = [.. rows.Select(row => Distance(row, chosen[0]))];
        for (int k = 1; k < count; k++)
        {
            double at = random.NextDouble() * nearest.Sum();
            if (!nearest.Any(distance => distance > 0))
                throw new ArgumentException($"column '{options.InputColumnName}' has only {k} different rows, and NumberOfComponents is {count}: take fewer components.");
            int row = 0;
            for (int i = 0; i < rows.Length && at >= 0; i++)
            {
                at -= nearest[i];
                if (nearest[i] > 0)
                    row = i;
            }
            chosen[k] = rows[row];
            for (int i = 0; i < rows.Length; i++)
                nearest[i] = Math.Min(nearest[i], Distance(rows[i], chosen[k]));
        }
        return chosen;
    }

    // Equal shares, and one covariance for all: that of the rows around their nearest mean. One of each alone would begin as a spike on a row that stands apart.
    private GaussianMixture Around(float[][] means)
    {
        double[][] centers = [.. means.Select(mean => Array.ConvertAll(mean, value => (double)value))];
        int[] nearest = [.. rows.Select(row => Enumerable.Range(0, count).MinBy(k => Distance(row, means[k])))];
        double[,] covariance = Covariance(rows.Length, i => 1, i => centers[nearest[i]]);
        return Mixture([.. centers.Select(center => NormalComponent.TryCreate(1.0 / count, center, covariance))]);
    }

    /// <summary>The responsibilities of a mixture's components, and the rows' mean log-likelihood.</summary>
    private double Expect(GaussianMixture mixture)
    {
        double[] logs = new double[rows.Length];
        Parallel.For(0, rows.Length, () => (new double[count], new double[dimension]), (i, _, room) =>
        {
            (double[] shares, double[] scratch) = room;
            logs[i] = mixture.LogDensity(rows[i], shares, scratch);
            for (int k = 0; k < count; k++)
                responsibilities[k][i] = shares[k];
            return room;
        }, _ => { });
        // In the order of the rows: the same sum however many threads there are.
        return logs.Sum() / rows.Length;
    }

    /// <summary>The mixture that is most likely with these responsibilities.</summary>
    private GaussianMixture Maximize(GaussianMixture before)
    {
        NormalComponent?[] parts = new NormalComponent?[count];
        Parallel.For(0, count, k => parts[k] = Maximize(responsibilities[k], before.Parts[k]));
        return Mixture(parts);
    }

    private GaussianMixture Mixture(NormalComponent?[] parts) => Array.IndexOf(parts, null) is var singular and >= 0
        ? throw new ArgumentException($"the covariance of component {singular} is singular: its rows of column '{options.InputColumnName}' fill fewer than {dimension} dimensions. "
            + $"Raise Regularization (now {options.Regularization}), take fewer components (now {count}), or {nameof(CovarianceType)}.{nameof(CovarianceType.Diagonal)}.")
        : new GaussianMixture(parts!);

    private NormalComponent? Maximize(double[] shares, NormalComponent before)
    {
        double total = shares.Sum();
        if (total < Nothing)
            return NormalComponent.TryCreate(0, before.Mean, before.Covariance);
        double[] mean = new double[dimension];
        for (int i = 0; i < rows.Length; i++)
            for (int a = 0; a < dimension; a++)
                mean[a] += shares[i] * rows[i][a];
        for (int a = 0; a < dimension; a++)
            mean[a] /= total;
        return NormalComponent.TryCreate(total / rows.Length, mean, Covariance(total, i => shares[i], _ => mean));
    }

    private double[,] Covariance(double total, Func<int, double> share, Func<int, double[]> mean)
    {
        double[,] covariance = new double[dimension, dimension];
        double[] off = new double[dimension];
        for (int i = 0; i < rows.Length; i++)
        {
            double weight = share(i);
            if (weight == 0)
                continue;
            double[] center = mean(i);
            for (int a = 0; a < dimension; a++)
                off[a] = rows[i][a] - center[a];
            for (int a = 0; a < dimension; a++)
                for (int b = options.Covariance == CovarianceType.Diagonal ? a : 0; b <= a; b++)
                    covariance[a, b] += weight * off[a] * off[b];
        }
        for (int a = 0; a < dimension; a++)
        {
            for (int b = 0; b <= a; b++)
                covariance[b, a] = covariance[a, b] /= total;
            covariance[a, a] += options.Regularization;
        }
        return covariance;
    }

    private static double Distance(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return sum;
    }
}

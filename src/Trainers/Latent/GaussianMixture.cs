using Microsoft.ML;
using MLNetGen.Latent;

namespace MLNetGen;

/// <summary>
/// A mixture of normal distributions, p(x) = Σₖ πₖ · N(x; μₖ, Σₖ). <see cref="GaussianMixtureTrainer"/> fits one to a column; over the codes of a VAE it draws where the data are,
/// which the standard normal distribution does not know.
/// </summary>
/// <remarks>Source: Bishop 2006, "Pattern recognition and machine learning", section 9.2.</remarks>
public sealed class GaussianMixture
{
    /// <summary>A mixture of known parameters, such as ones kept from an earlier fit.</summary>
    /// <param name="weights">πₖ, each 0 or more; they are divided by their sum.</param>
    /// <param name="means">μₖ, all of one length of at least 1.</param>
    /// <param name="covariances">Σₖ [length, length], symmetric and positive definite.</param>
    /// <exception cref="ArgumentException">The lists differ in length, a weight is below 0 or no weight above it, or a covariance is not positive definite.</exception>
    public GaussianMixture(IReadOnlyList<double> weights, IReadOnlyList<double[]> means, IReadOnlyList<double[,]> covariances)
        : this(Components(weights, means, covariances))
    {
    }

    internal GaussianMixture(NormalComponent[] components) => Parts = components;

    /// <summary>Length of a row.</summary>
    public int Dimension => Parts[0].Mean.Length;

    /// <summary>πₖ: how much of the whole each component is; their sum is 1.</summary>
    public IReadOnlyList<double> Weights => [.. Parts.Select(part => part.Weight)];

    /// <summary>μₖ: the components' middles.</summary>
    public IReadOnlyList<double[]> Means => [.. Parts.Select(part => (double[])part.Mean.Clone())];

    /// <summary>Σₖ [<see cref="Dimension"/>, <see cref="Dimension"/>]; with zeros beside the diagonal where diagonal ones were fitted.</summary>
    public IReadOnlyList<double[,]> Covariances => [.. Parts.Select(part => (double[,])part.Covariance.Clone())];

    internal NormalComponent[] Parts { get; }

    /// <summary>Reads the mixture that a <c>mixture.onnx</c> was written of (<see cref="OnnxChainTransformer.SaveOnnx"/>); one in a saved model finds <see cref="GaussianMixtureTransformer.FromModel"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">It is another's ONNX file.</exception>
    /// <exception cref="InvalidDataException">It is no ONNX file.</exception>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    public static GaussianMixture FromOnnx(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        try
        {
            return GaussianMixtureOnnxFiles.Read(file);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"'{path}': {e.Message}", nameof(path), e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}': {e.Message}", e);
        }
    }

    /// <summary>log p(x), in nats.</summary>
    /// <param name="row">x, <see cref="Dimension"/> values.</param>
    /// <exception cref="ArgumentException">The row has another length.</exception>
    public double LogDensity(ReadOnlySpan<float> row) => LogDensity(row, new double[Parts.Length], new double[Dimension]);

    /// <summary>p(k|x) = πₖ · N(x; μₖ, Σₖ) / p(x): how likely each component made the row; their sum is 1.</summary>
    /// <param name="row">x, <see cref="Dimension"/> values.</param>
    /// <exception cref="ArgumentException">The row has another length.</exception>
    public double[] Responsibilities(ReadOnlySpan<float> row)
    {
        double[] shares = new double[Parts.Length];
        LogDensity(row, shares, new double[Dimension]);
        return shares;
    }

    /// <summary>Draws rows: a component by its weight, then a row of it.</summary>
    /// <param name="count">Number of rows, at least 1.</param>
    /// <param name="seed">The same seed gives the same rows, in every pass and in any order of reading.</param>
    /// <param name="classes">For a decoder of classes: the index of each row's class, by turns, as of <see cref="GenerativeCatalog.SampleLatent"/>. Null gives no column of them.</param>
    /// <returns>A lazy view with a column <c>Latent</c>: a vector of <see cref="Dimension"/> Single, to be decoded; and, where classes are given, one of <c>Class</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1, or a class below 0.</exception>
    public IDataView Sample(int count, int seed = 1, IReadOnlyList<int>? classes = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return LatentRows.Create(count, Dimension, (row, values) => Draw(new RowRandom(seed, row), values), classes);
    }

    /// <summary>log p(x); the responsibilities go into <paramref name="shares"/>.</summary>
    internal double LogDensity(ReadOnlySpan<float> row, Span<double> shares, Span<double> scratch)
    {
        if (row.Length != Dimension)
            throw new ArgumentException($"the row has {row.Length} values, and the mixture {Dimension} dimensions.", nameof(row));
        double largest = double.NegativeInfinity;
        for (int k = 0; k < Parts.Length; k++)
            largest = Math.Max(largest, shares[k] = Parts[k].LogJoint(row, scratch));
        double sum = 0;
        for (int k = 0; k < shares.Length; k++)
            sum += shares[k] = Math.Exp(shares[k] - largest);
        for (int k = 0; k < shares.Length; k++)
            shares[k] /= sum;
        return largest + Math.Log(sum);
    }

    private void Draw(RowRandom random, Span<float> values)
    {
        NormalComponent part = Parts[Choose(random.NextDouble())];
        double[] noise = new double[values.Length + 1];
        for (int i = 0; i < values.Length; i += 2)
            (noise[i], noise[i + 1]) = random.NextGaussianPair();
        for (int i = 0; i < values.Length; i++)
        {
            double value = part.Mean[i];
            for (int j = 0; j <= i; j++)
                value += part.Factor[i, j] * noise[j];
            values[i] = (float)value;
        }
    }

    private int Choose(double share)
    {
        int last = 0;
        for (int k = 0; k < Parts.Length; k++)
        {
            if (Parts[k].Weight == 0)
                continue;
            last = k;
            share -= Parts[k].Weight;
            if (share < 0)
                break;
        }
        return last;
    }

    private static NormalComponent[] Components(IReadOnlyList<double> weights, IReadOnlyList<double[]> means, IReadOnlyList<double[,]> covariances)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(covariances);
        if (weights.Count == 0 || weights.Count != means.Count || weights.Count != covariances.Count)
            throw new ArgumentException($"there are {weights.Count} weights, {means.Count} means and {covariances.Count} covariances: give one of each a component, and at least one component.");
        double sum = weights.Sum();
        if (!weights.All(weight => weight >= 0) || !(sum > 0) || double.IsInfinity(sum))
            throw new ArgumentException($"the weights are {string.Join(", ", weights)}: they must be 0 or more, and one above it.", nameof(weights));
        return [.. weights.Select((weight, k) => Component(k, weight / sum))];

        NormalComponent Component(int k, double weight)
        {
            int dimension = means[0].Length;
            if (dimension == 0 || means[k].Length != dimension || covariances[k].GetLength(0) != dimension || covariances[k].GetLength(1) != dimension)
                throw new ArgumentException($"component {k} has a mean of {means[k].Length} and a covariance of {covariances[k].GetLength(0)}×{covariances[k].GetLength(1)}: all must have the {dimension} dimensions of the first.");
            return NormalComponent.TryCreate(weight, (double[])means[k].Clone(), (double[,])covariances[k].Clone())
                ?? throw new ArgumentException($"the covariance of component {k} is not positive definite.", nameof(covariances));
        }
    }
}

/// <summary>One normal distribution of a mixture.</summary>
internal sealed class NormalComponent
{
    // What is left of a variance, as a share of it, once the other dimensions have explained theirs. Below, it is rounding.
    private const double Singular = 1e-13;

    private NormalComponent(double weight, double[] mean, double[,] covariance, double[,] factor)
    {
        (Weight, Mean, Covariance, Factor) = (weight, mean, covariance, factor);
        LogScale = Math.Log(weight) - (mean.Length / 2.0 * Math.Log(2 * Math.PI));
        for (int i = 0; i < mean.Length; i++)
            LogScale -= Math.Log(factor[i, i]);
    }

    public double Weight { get; }

    public double[] Mean { get; }

    public double[,] Covariance { get; }

    /// <summary>Cholesky's L, lower triangular: L·Lᵀ is the covariance.</summary>
    public double[,] Factor { get; }

    /// <summary>log π − ½ log |2πΣ|.</summary>
    public double LogScale { get; }

    /// <summary>Null where the covariance is not positive definite.</summary>
    public static NormalComponent? TryCreate(double weight, double[] mean, double[,] covariance) =>
        Cholesky(covariance) is { } factor ? new(weight, mean, covariance, factor) : null;

    /// <summary>log (π · N(x; μ, Σ)); L·y = x − μ is solved for y from above.</summary>
    public double LogJoint(ReadOnlySpan<float> row, Span<double> scratch)
    {
        double distance = 0;
        for (int i = 0; i < scratch.Length; i++)
        {
            double value = row[i] - Mean[i];
            for (int j = 0; j < i; j++)
                value -= Factor[i, j] * scratch[j];
            scratch[i] = value /= Factor[i, i];
            distance += value * value;
        }
        return LogScale - (distance / 2);
    }

    /// <summary>L⁻¹, which makes x − μ standard normal.</summary>
    public double[,] Whitening()
    {
        int n = Mean.Length;
        double[,] inverse = new double[n, n];
        for (int column = 0; column < n; column++)
        {
            for (int i = column; i < n; i++)
            {
                double value = i == column ? 1 : 0;
                for (int j = column; j < i; j++)
                    value -= Factor[i, j] * inverse[j, column];
                inverse[i, column] = value / Factor[i, i];
            }
        }
        return inverse;
    }

    private static double[,]? Cholesky(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double[,] factor = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double value = matrix[i, j];
                for (int k = 0; k < j; k++)
                    value -= factor[i, k] * factor[j, k];
                if (i > j)
                    factor[i, j] = value / factor[j, j];
                else if (!(value > Singular * matrix[i, i]) || double.IsInfinity(value))
                    return null;
                else
                    factor[i, i] = Math.Sqrt(value);
            }
        }
        return factor;
    }
}

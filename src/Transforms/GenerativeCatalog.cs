using Microsoft.ML;

namespace MLNetGen;

/// <summary>
/// Generative models of one <see cref="MLContext"/>, reached as <c>ml.Generative</c>. Trainers are extension members
/// of this class, found in the assembly that trains.
/// </summary>
public sealed class GenerativeCatalog
{
    internal GenerativeCatalog(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Context = context;
    }

    /// <summary>The context whose seed, log and device settings apply.</summary>
    public MLContext Context { get; }

    /// <summary>
    /// Draws latent vectors from the standard normal distribution, to be decoded into pictures.
    /// </summary>
    /// <param name="count">Number of rows, at least 1.</param>
    /// <param name="dimension">Length of each vector, at least 1; the model's latent dimension.</param>
    /// <param name="seed">The same seed gives the same rows, in every pass and in any order of reading.</param>
    /// <param name="truncation">
    /// Values beyond ±this are drawn again until they lie within; those within stay what they are without it. Above 0; null
    /// for none. Smaller numbers give more typical pictures and fewer kinds of them. Brock, Donahue and Simonyan 2018,
    /// "Large scale GAN training for high fidelity natural image synthesis", section 3.1, arXiv:1809.11096.
    /// </param>
    /// <param name="classes">
    /// For a generator of classes: the index of each row's class, from 0, by turns: [3] for the fourth class alone. The
    /// generator takes one beyond its last class for the last. Null gives no column of them.
    /// </param>
    /// <returns>
    /// A lazy view with a column <c>Latent</c>: a vector of <paramref name="dimension"/> Single; and, where classes are given, one of
    /// <c>Class</c>: a vector of one Single.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The count or the dimension is below 1, the truncation is not above 0, or a class is below 0.</exception>
    public IDataView SampleLatent(int count, int dimension, int seed = 1, double? truncation = null, IReadOnlyList<int>? classes = null) =>
        LatentRows.Create(count, dimension, seed, truncation, classes);

    /// <summary>Goes from each latent vector to the next in equal steps, to be decoded into pictures that change gradually.</summary>
    /// <param name="latent">At least two rows, read once and kept.</param>
    /// <param name="steps">Steps from one row to the next, at least 1; the rows themselves are among the result.</param>
    /// <param name="interpolation">The way between two.</param>
    /// <param name="closed">Also goes from the last row to the first, up to the row before it: a loop without an end.</param>
    /// <param name="columnName">A column of vectors of Single of one known size.</param>
    /// <returns>
    /// A lazy view with one column, <c>Latent</c>; of n rows it makes (n − 1) · <paramref name="steps"/> + 1, closed n · <paramref name="steps"/>.
    /// Opposite vectors, between which any great circle would do, take one that depends on the first of them alone; where one
    /// is zero, and has no direction, the way is straight.
    /// </returns>
    /// <exception cref="ArgumentException">There are fewer than two rows, the column is absent or of another type, or a value is out of range.</exception>
    public IDataView InterpolateLatent(
        IDataView latent, int steps, LatentInterpolation interpolation = LatentInterpolation.Spherical, bool closed = false, string columnName = "Latent")
    {
        ArgumentNullException.ThrowIfNull(latent);
        return LatentPath.Create(LatentPath.Read(latent, columnName), steps, interpolation, closed);
    }

    /// <summary>
    /// Sets one dimension after the other of each latent vector to equally spaced values and leaves the others, to be decoded into pictures that show what each stands for.
    /// </summary>
    /// <param name="latent">At least one row, read once and kept.</param>
    /// <param name="steps">Values of each dimension, at least 2.</param>
    /// <param name="from">The first value.</param>
    /// <param name="to">The last value. Between −3 and 3 lie 99.7 % of what a standard normal code may be.</param>
    /// <param name="dimension">Only this one, from 0; null for all.</param>
    /// <param name="columnName">A column of vectors of Single of one known size.</param>
    /// <returns>
    /// A lazy view with one column, <c>Latent</c>: for each row, for each dimension, the <paramref name="steps"/> values in order.
    /// </returns>
    /// <exception cref="ArgumentException">There are no rows, the column is absent or of another type, or a value is out of range.</exception>
    public IDataView TraverseLatent(IDataView latent, int steps = 9, double from = -3, double to = 3, int? dimension = null, string columnName = "Latent")
    {
        ArgumentNullException.ThrowIfNull(latent);
        return LatentMoves.Traverse(LatentPath.Read(latent, columnName), steps, from, to, dimension);
    }

    /// <summary>
    /// The direction of an attribute: the mean latent vector of rows with a label minus that of rows without it. <see cref="AddLatent"/> moves along it; vectors of several
    /// attributes add and subtract like numbers.
    /// </summary>
    /// <remarks>Larsen et al. 2016, "Autoencoding beyond pixels using a learned similarity metric", section 4.2, arXiv:1512.09300.</remarks>
    /// <param name="latent">Coded rows, read once.</param>
    /// <param name="label">The label of the rows with the attribute.</param>
    /// <param name="without">The label of the rows without it; null: all other rows.</param>
    /// <param name="columnName">A column of vectors of Single of one known size.</param>
    /// <param name="labelColumnName">A column of labels: text, keys, numbers, or true and false (<c>True</c>, <c>False</c>).</param>
    /// <returns>mean(with) − mean(without), as long as a latent vector.</returns>
    /// <exception cref="ArgumentException">A column is absent or of another type, or no row has, or lacks, the label.</exception>
    public float[] AttributeVector(IDataView latent, string label, string? without = null, string columnName = "Latent", string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(latent);
        ArgumentNullException.ThrowIfNull(label);
        List<(float[] Code, string Label)> rows = LabelledCodes.Read(Context, latent, columnName, labelColumnName);
        double[] with = Mean(rows.Where(row => row.Label == label), $"has the label '{label}'");
        double[] other = without is null ? Mean(rows.Where(row => row.Label != label), $"lacks the label '{label}'") : Mean(rows.Where(row => row.Label == without), $"has the label '{without}'");
        return [.. with.Zip(other, (a, b) => (float)(a - b))];

        double[] Mean(IEnumerable<(float[] Code, string Label)> chosen, string what) => chosen.Select(row => row.Code).ToArray() is { Length: > 0 } codes ? LatentMoves.Mean(codes)
            : throw new ArgumentException($"No row {what}; there are {Labels(rows)}", nameof(label));
    }

    /// <summary>Adds multiples of a direction to latent vectors: of an attribute (<see cref="AttributeVector"/>), or the sum or difference of several.</summary>
    /// <param name="latent">At least one row, read once and kept.</param>
    /// <param name="direction">As long as a latent vector.</param>
    /// <param name="strengths">What it is multiplied by, at least one: 0 for the row as it is, 1 for the whole attribute, −1 to take it away.</param>
    /// <param name="columnName">A column of vectors of Single of one known size.</param>
    /// <returns>A lazy view with one column, <c>Latent</c>: each row with each strength, in order.</returns>
    /// <exception cref="ArgumentException">There are no rows or strengths, the column is absent or of another type, or the lengths differ.</exception>
    public IDataView AddLatent(IDataView latent, IReadOnlyList<float> direction, IReadOnlyList<double> strengths, string columnName = "Latent")
    {
        ArgumentNullException.ThrowIfNull(latent);
        ArgumentNullException.ThrowIfNull(direction);
        ArgumentNullException.ThrowIfNull(strengths);
        return LatentMoves.Add(LatentPath.Read(latent, columnName), direction, strengths);
    }

    /// <summary>
    /// Learns how far a figure of usual rows goes, and calls rows beyond that outliers: those that a VAE reconstructs worse than its training rows
    /// (<c>ReconstructionError</c>), or that lie where a mixture of its codes is thin (<c>LogDensity</c>, of which low values are unusual).
    /// </summary>
    /// <param name="columnName">A column of Single, or of vectors of one.</param>
    /// <param name="quantile">The share of the fitted rows that are called usual, above 0 and at most 1.</param>
    /// <param name="lowIsUnusual">Whether low values are the unusual ones; <c>Score</c> is then their negative.</param>
    /// <returns>An estimator whose transformer adds <c>Score</c> and <c>PredictedLabel</c>, for <c>ml.AnomalyDetection.Evaluate</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The quantile is out of range.</exception>
    public OutlierEstimator DetectOutliers(string columnName = "ReconstructionError", double quantile = 0.99, bool lowIsUnusual = false) =>
        new(Context, columnName, quantile, lowIsUnusual);

    // As many as a sentence holds.
    private static string Labels(IEnumerable<(float[] Code, string Label)> rows)
    {
        string[] labels = [.. rows.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        return labels.Length == 0 ? "no rows" : string.Join(", ", labels.Take(20).Select(name => $"'{name}'")) + (labels.Length > 20 ? $" and {labels.Length - 20} more" : "");
    }
}

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
}

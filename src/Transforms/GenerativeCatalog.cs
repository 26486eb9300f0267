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
    /// <returns>A lazy view with one column, <c>Latent</c>: a vector of <paramref name="dimension"/> Single.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count or the dimension is below 1.</exception>
    public IDataView SampleLatent(int count, int dimension, int seed = 1) => LatentRows.Create(count, dimension, seed);
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>Rows of latent vectors, each computed from its index.</summary>
internal static class LatentRows
{
    /// <summary>The column that samplers fill and generators read.</summary>
    public const string ColumnName = "Latent";

    /// <summary>The column that tells a generator of classes which one to draw.</summary>
    public const string ClassColumnName = "Class";

    // Below it, a uniform proposal is accepted more often than a normal draw falls inside.
    private const double SmallTruncation = 1;

    /// <summary>Standard normal rows; see <see cref="GenerativeCatalog.SampleLatent"/>.</summary>
    public static IDataView Create(int count, int dimension, int seed, double? truncation = null, IReadOnlyList<int>? classes = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (truncation is { } limit && !(limit > 0))
            throw new ArgumentOutOfRangeException(nameof(truncation), truncation, "A truncation is above 0; values lie between minus and plus that");
        return Create(count, dimension, (row, values) =>
        {
            Fill(values, seed, row);
            if (truncation is { } threshold)
                Truncate(values, threshold, seed, row);
        }, classes);
    }

    /// <summary>Rows that <paramref name="fill"/> computes; it must be safe to call from several threads.</summary>
    public static IDataView Create(int count, int dimension, Action<int, Span<float>> fill, IReadOnlyList<int>? classes = null)
    {
        foreach (int index in classes ?? [])
            if (index < 0)
                throw new ArgumentOutOfRangeException(nameof(classes), index, $"A class is {index}; classes are counted from 0, in the order of the model's class names");
        IndexedColumn latent = Vectors(ColumnName, dimension, fill);
        return classes is null or [] ? new IndexedRows(count, latent)
            : new IndexedRows(count, latent, Vectors(ClassColumnName, 1, (row, values) => values[0] = classes[row % classes.Count]));
    }

    private static IndexedColumn<VBuffer<float>> Vectors(string name, int dimension, Action<int, Span<float>> fill) =>
        new(
            name, new VectorDataViewType(NumberDataViewType.Single, dimension),
            (int row, ref VBuffer<float> vector) =>
            {
                var editor = VBufferEditor.Create(ref vector, dimension);
                fill(row, editor.Values);
                vector = editor.Commit();
            });

    /// <summary>The values of one row, as many as the span takes.</summary>
    public static void Fill(Span<float> values, int seed, int row)
    {
        var random = new RowRandom(seed, row);
        for (var i = 0; i < values.Length; i += 2)
        {
            var (first, second) = random.NextGaussianPair();
            values[i] = (float)first;
            if (i + 1 < values.Length)
                values[i + 1] = (float)second;
        }
    }

    // From a stream of its own, so that what lies inside is what it is without a threshold.
    private static void Truncate(Span<float> values, double threshold, int seed, int row)
    {
        var random = new RowRandom(~seed, row);
        foreach (ref var value in values)
            while (!(Math.Abs(value) <= threshold))
                value = threshold < SmallTruncation ? Propose(ref random, threshold, value) : (float)random.NextGaussianPair().First;
    }

    // Rejection by the density: in [-t, t] it is exp(-x²/2) of its highest.
    private static float Propose(ref RowRandom random, double threshold, float rejected)
    {
        var proposal = random.NextDouble(-threshold, threshold);
        return random.NextDouble() < Math.Exp(-proposal * proposal / 2) ? (float)proposal : rejected;
    }
}

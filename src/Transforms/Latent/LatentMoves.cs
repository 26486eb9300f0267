using Microsoft.ML;

namespace MLNetGen;

/// <summary>Latent vectors made of others by moving along a direction.</summary>
internal static class LatentMoves
{
    /// <summary>One dimension at a time through equally spaced values; see <see cref="GenerativeCatalog.TraverseLatent"/>.</summary>
    public static IDataView Traverse(IReadOnlyList<float[]> rows, int steps, double from, double to, int? dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        RequireRows(rows);
        int length = rows[0].Length;
        if (dimension is { } one && (one < 0 || one >= length))
            throw new ArgumentOutOfRangeException(nameof(dimension), one, $"The dimension is {one}; these vectors have dimensions 0 to {length - 1}");
        if (!double.IsFinite(from) || !double.IsFinite(to))
            throw new ArgumentOutOfRangeException(nameof(from), from, $"The values go from {from} to {to}; both must be numbers");
        int dimensions = dimension is null ? length : 1;
        return LatentRows.Create(checked(rows.Count * dimensions * steps), length, (row, values) =>
        {
            (int line, int step) = Math.DivRem(row, steps);
            (int source, int moved) = Math.DivRem(line, dimensions);
            rows[source].CopyTo(values);
            values[dimension ?? moved] = (float)(from + ((to - from) * step / (steps - 1)));
        });
    }

    /// <summary>Each row with each multiple of a direction added; see <see cref="GenerativeCatalog.AddLatent"/>.</summary>
    public static IDataView Add(IReadOnlyList<float[]> rows, IReadOnlyList<float> direction, IReadOnlyList<double> strengths)
    {
        RequireRows(rows);
        if (direction.Count != rows[0].Length)
            throw new ArgumentException($"The direction has {direction.Count} values and the latent vectors {rows[0].Length}: take both from one model", nameof(direction));
        if (strengths.Count == 0 || !strengths.All(double.IsFinite))
            throw new ArgumentException($"The strengths are [{string.Join(", ", strengths)}]: give at least one, and numbers alone", nameof(strengths));
        return LatentRows.Create(checked(rows.Count * strengths.Count), direction.Count, (row, values) =>
        {
            (int source, int strength) = Math.DivRem(row, strengths.Count);
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(rows[source][i] + (strengths[strength] * direction[i]));
        });
    }

    /// <summary>The middle of the rows.</summary>
    public static double[] Mean(IReadOnlyCollection<float[]> rows)
    {
        double[] sum = new double[rows.First().Length];
        foreach (float[] row in rows)
            for (int i = 0; i < sum.Length; i++)
                sum[i] += row[i];
        return Array.ConvertAll(sum, value => value / rows.Count);
    }

    private static void RequireRows(IReadOnlyList<float[]> rows)
    {
        if (rows.Count == 0)
            throw new ArgumentException("There are no latent vectors to begin from; give at least one");
    }
}

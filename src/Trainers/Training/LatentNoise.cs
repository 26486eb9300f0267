namespace MLNetGen;

/// <summary>
/// The standard normal draws that figures and snapshots use: the same for every run and epoch, so that they compare.
/// They are the rows of <c>ml.Generative.SampleLatent(count, dimension, seed: 0)</c>.
/// </summary>
internal static class LatentNoise
{
    private const int Seed = 0;

    /// <summary>Row <paramref name="row"/>, as long as the span.</summary>
    public static void FillRow(Span<float> values, long row) => LatentRows.Fill(values, Seed, checked((int)row));

    /// <summary>Rows from <paramref name="first"/> on, one after the other.</summary>
    public static float[] Rows(long first, int count, int dimension)
    {
        float[] rows = new float[count * dimension];
        for (int row = 0; row < count; row++)
            FillRow(rows.AsSpan(row * dimension, dimension), first + row);
        return rows;
    }
}

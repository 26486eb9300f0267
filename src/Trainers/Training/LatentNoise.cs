using static TorchSharp.torch;

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

    /// <summary>The same as a tensor, [count, dimension].</summary>
    public static Tensor Of(long first, int count, int dimension, Device device) => tensor(Rows(first, count, dimension), [count, dimension], device: device);

    /// <summary>Classes by turns, a one-hot row each, [count, classes].</summary>
    public static Tensor Turns(long first, int count, int classes, Device device) =>
        nn.functional.one_hot(arange(first, first + count, ScalarType.Int64, device).remainder(classes), classes).to_type(ScalarType.Float32);
}

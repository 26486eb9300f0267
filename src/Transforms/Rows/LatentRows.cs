using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>Rows of latent vectors, standard normal, each computed from its index.</summary>
internal static class LatentRows
{
    public static IDataView Create(int count, int dimension, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        return new IndexedRows(count, new IndexedColumn<VBuffer<float>>(
            "Latent", new VectorDataViewType(NumberDataViewType.Single, dimension),
            (int row, ref VBuffer<float> latent) =>
            {
                var editor = VBufferEditor.Create(ref latent, dimension);
                Fill(editor.Values, seed, row);
                latent = editor.Commit();
            }));
    }

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
}

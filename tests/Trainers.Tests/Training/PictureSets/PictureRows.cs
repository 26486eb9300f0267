using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests.Training.Pictures;

/// <summary>Rows of made pictures, and sets of them.</summary>
internal static class PictureRows
{
    /// <summary>Row n is a picture whose pixel (channel, y, x) is <paramref name="pixel"/>(n, channel, y, x), of class n % 3.</summary>
    public static IDataView Create(int count, int height, int width, Func<int, int, int, int, int> pixel, Action<int>? read = null) => new IndexedRows(
        count,
        IndexedColumn.Image("Image", new ImageDataViewType(height, width), row =>
        {
            read?.Invoke(row);
            byte[] bgra = new byte[4 * height * width];
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    for (int channel = 0; channel < 3; channel++)
                        bgra[4 * (y * width + x) + 2 - channel] = (byte)pixel(row, channel, y, x);
                    bgra[4 * (y * width + x) + 3] = byte.MaxValue;
                }
            }
            return MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, bgra);
        }),
        IndexedColumn.Single("Class", row => row % 3));

    /// <summary>What no test waits longer for.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary><see cref="PictureSet.WaitFor"/>, and a failure where the row does not come.</summary>
    public static void WaitSoon(this PictureSet set, long row)
    {
        using CancellationTokenSource late = new(Soon);
        set.WaitFor(row, late.Token);
    }

    /// <summary>The batches of an epoch, and a failure where they do not come.</summary>
    public static IEnumerable<PictureBatch> EpochSoon(this AugmentedFeed feed, long[] order, int batchSize, int seed)
    {
        using CancellationTokenSource late = new(Soon);
        foreach (PictureBatch batch in feed.Epoch(order, batchSize, seed, late.Token))
            yield return batch;
    }

    public static PictureSet Read(MLContext ml, IDataView rows, int height, int width, PictureSetOptions? options = null, int channels = 3) => PictureSet.Read(
        ml,
        rows,
        new PictureInput(ml, "Image", channels, height, width, ImageResizingEstimator.ResizingKind.Fill),
        cursor =>
        {
            ValueGetter<float> get = cursor.GetGetter<float>(cursor.Schema["Class"]);
            float value = 0;
            return () =>
            {
                get(ref value);
                return (int)value;
            };
        },
        [rows.Schema["Class"]],
        options ?? new());

    /// <summary>Different in every row, channel and place of pictures up to 16×16.</summary>
    public static int Distinct(int row, int channel, int y, int x) => (row * 7 + channel * 80 + y * 16 + x) % 256;

    public static long[] Order(long count)
    {
        long[] order = new long[count];
        for (int i = 0; i < count; i++)
            order[i] = i;
        return order;
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Benchmarks;

/// <summary>Noise to measure speed on.</summary>
internal static class RandomPicture
{
    public static MLImage Of(Random random, int size)
    {
        byte[] bgra = new byte[4 * size * size];
        random.NextBytes(bgra);
        for (int alpha = 3; alpha < bgra.Length; alpha += 4)
            bgra[alpha] = byte.MaxValue;
        return MLImage.CreateFromPixels(size, size, MLPixelFormat.Bgra32, bgra);
    }

    /// <summary>A column <c>Image</c> of them.</summary>
    public static IDataView Rows(MLContext ml, int count, int size)
    {
        Random random = new(1);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Image)].ColumnType = new ImageDataViewType(size, size);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ => new Row { Image = Of(random, size) }), schema);
    }

    private sealed class Row
    {
        // ML.NET knows pictures in memory by this attribute; the size is another.
        [ImageType(1, 1)]
        public required MLImage Image { get; init; }
    }
}

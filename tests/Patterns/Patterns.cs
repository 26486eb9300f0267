using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests;

/// <summary>Pictures of three plain classes with noise over them: stripes down, stripes across, and squares.</summary>
internal static class Patterns
{
    public const int Size = 16;

    public static readonly string[] Classes = ["across", "down", "squares"];

    /// <summary>New pictures every time they are asked for: ML.NET's ResizeImages disposes of those that already have its size.</summary>
    public static IEnumerable<Row> Rows(int count, int seed = 1) => Enumerable.Range(0, count).Select(i => Make(new Random(1000 * seed + i), i % 3, Size));

    public static IDataView View(MLContext context, int count, int seed = 1) => context.Data.LoadFromEnumerable(Rows(count, seed));

    private static Row Make(Random random, int which, int size)
    {
        byte[] bgra = new byte[4 * size * size];
        int shift = random.Next(4);
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                bool down = (x + shift) / 2 % 2 == 0, across = (y + shift) / 2 % 2 == 0;
                bool lit = which switch { 0 => across, 1 => down, _ => down ^ across };
                for (int c = 0; c < 3; c++)
                    bgra[4 * (y * size + x) + c] = (byte)((lit ? 180 : 40) + 20 * c + random.Next(30));
                bgra[4 * (y * size + x) + 3] = byte.MaxValue;
            }
        }
        return new Row { Image = MLImage.CreateFromPixels(size, size, MLPixelFormat.Bgra32, bgra), Label = Classes[which], Number = which * 10, OneHot = [.. Enumerable.Range(0, 3).Select(i => i == which ? 1f : 0)] };
    }

    public sealed class Row
    {
        [ImageType(Size, Size)]
        public required MLImage Image { get; init; }

        public required string Label { get; init; }

        public required float Number { get; init; }

        [VectorType(3)]
        public required float[] OneHot { get; init; }
    }
}

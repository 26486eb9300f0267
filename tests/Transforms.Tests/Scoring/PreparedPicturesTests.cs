using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using static MLNetGen.Onnx.Format.TensorProto.Types;

namespace MLNetGen.Tests;

/// <summary>Pictures that are decoded, resized and extracted by the threads that run batches, against ML.NET's own chain.</summary>
public sealed class PreparedPicturesTests : IDisposable
{
    private const int Side = 12;

    // A hang is told, and does not hold up all tests.
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    private readonly TestFolder folder = new();
    private readonly MLContext ml = new(seed: 1);
    private readonly SmallModel network = new SmallModel().Input("Pixels", DataType.Float, null, 3, Side, Side)
        .Weights("weight", [.. Enumerable.Range(0, 3 * Side * Side * 4).Select(i => MathF.Sin(i))], 3 * Side * Side, 4)
        .Node("Flatten", ["Pixels"], ["flat"]).Node("MatMul", ["flat", "weight"], ["sums"]).Node("Tanh", ["sums"], ["Score"]).Output("Score", DataType.Float, null, 4).Write();

    public PreparedPicturesTests()
    {
        for (int i = 0; i < 40; i++) File.WriteAllBytes(Path(i), Picture(i));
    }

    public void Dispose()
    {
        network.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Files_give_what_ML_NET_gives_in_their_order()
    {
        IDataView rows = Paths(40);
        using Pair models = new(Chain(rows, LoadImages()), Chain(rows, LoadImages()).WithBatching(new OnnxBatchingOptions { BatchSize = 7, Threads = 3 }));
        Compared.Same(models.Theirs.Transform(rows), models.Ours.Transform(rows), "Number", "Path", "Score", "Pixels");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_gives_what_ML_NET_gives_also_where_rows_are_left_out(bool some)
    {
        IDataView rows = ml.Images.LoadFolder(folder.Root);
        if (some)
            rows = ml.Data.TakeRows(ml.Data.SkipRows(rows, 9), 20);
        using Pair models = new(Chain(rows, null), Chain(rows, null).WithBatching(new OnnxBatchingOptions { BatchSize = 4, Threads = 3 }));
        IDataView ours = models.Ours.Transform(rows);
        Compared.Same(models.Theirs.Transform(rows), ours, "Path", "Score");
        // In another order, each with its own.
        Dictionary<string, float[]> byPath = Compared.All(ours, "Path", "Score").ToDictionary(row => (string)row[0], row => (float[])row[1]);
        List<object[]> shuffled = Compared.All(ours.GetRowCursor([ours.Schema["Path"], ours.Schema["Score"]], new Random(1)), "Path", "Score");
        Assert.Equal(byPath.Count, shuffled.Select(row => (string)row[0]).Distinct().Count());
        Assert.All(shuffled, row => Assert.Equal(byPath[(string)row[0]], (float[])row[1]));
    }

    [Fact]
    public void Several_threads_make_pictures_at_the_same_time()
    {
        IDataView rows = Paths(40);
        using CountdownEvent two = new(2);
        ConcurrentDictionary<int, bool> waited = [];
        // The first picture of each thread waits for that of another one.
        IEstimator<ITransformer> slow = ml.Transforms.CustomMapping<PathRow, PictureRow>((file, picture) =>
        {
            if (waited.TryAdd(Environment.CurrentManagedThreadId, true) && waited.Count <= 2)
            {
                two.Signal();
                Assert.True(two.Wait(Hang), "one thread makes all pictures");
            }
            picture.Image = MLImage.CreateFromFile(file.Path);
        }, null);
        using Pair models = new(Chain(rows, LoadImages()), Chain(rows, slow).WithBatching(new OnnxBatchingOptions { BatchSize = 4, Threads = 3 }));
        IDataView ours = models.Ours.Transform(rows);
        List<object[]> scores = Compared.All(ours, "Score");
        Assert.True(two.IsSet);
        Assert.Equal(Compared.All(models.Theirs.Transform(rows), "Score").Select(row => ((float[])row[0])[0]), scores.Select(row => ((float[])row[0])[0]), (a, b) =>
            Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_told_at_its_row()
    {
        IDataView rows = Paths(40);
        ITransformer model = Chain(rows, LoadImages()).WithBatching(new OnnxBatchingOptions { BatchSize = 8, Threads = 2 });
        using IDisposable sessions = (IDisposable)model;
        File.Delete(Path(21));
        IDataView scored = model.Transform(rows);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        for (int row = 0; row < 21; row++) Assert.True(cursor.MoveNext());
        Assert.StartsWith("row 21: ", Assert.Throws<InvalidOperationException>(() => cursor.MoveNext()).Message);
    }

    [Fact]
    public void Pictures_of_memory_are_read_as_before()
    {
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new PictureRow { Image = MLImage.CreateFromFile(Path(i)) }));
        IDataView again = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new PictureRow { Image = MLImage.CreateFromFile(Path(i)) }));
        using Pair models = new(Chain(rows, null), Chain(rows, null).WithBatching(new OnnxBatchingOptions { BatchSize = 8, Threads = 2 }));
        Compared.Same(models.Theirs.Transform(rows), models.Ours.Transform(again), "Score");
    }

    [Fact]
    public void A_JPEG_is_decoded_at_the_smallest_fraction_that_is_large_enough()
    {
        string jpeg = folder.Path("large.jpg"), png = folder.Path("large.png");
        using (SKBitmap bitmap = Bitmap(500, 375, 1))
        {
            File.WriteAllBytes(jpeg, Encoded(bitmap, SKEncodedImageFormat.Jpeg));
            File.WriteAllBytes(png, Encoded(bitmap, SKEncodedImageFormat.Png));
        }
        Assert.Equal((125, 94), Size(jpeg, 64));
        Assert.Equal((63, 47), Size(jpeg, 40));
        Assert.Equal((500, 375), Size(jpeg, 1000));
        Assert.Equal((500, 375), Size(png, 64));

        // What a pixel of a fraction is: the mean of those that it stands for.
        using MLImage whole = MLImage.CreateFromFile(jpeg), small = Load(jpeg, 64);
        byte[] all = whole.Pixels.ToArray(), few = small.Pixels.ToArray();
        double difference = 0;
        for (int y = 0; y < 93; y++)
            for (int x = 0; x < 125; x++)
            {
                double mean = Enumerable.Range(0, 16).Average(i => (double)all[(4 * ((((4 * y) + (i / 4)) * 500) + (4 * x) + (i % 4))) + 1]);
                difference += Math.Abs(mean - few[(4 * ((y * 125) + x)) + 1]) / (93 * 125);
            }
        Assert.InRange(difference, 0, 2);
    }

    [Fact]
    public void A_model_that_decodes_fractions_is_saved_as_one_of_ML_NET()
    {
        IDataView rows = Paths(10);
        ITransformer model = Chain(rows, ml.Transforms.LoadImagesScaled(ml, "Image", null, "Path", Side));
        string zip = folder.Path("model.zip");
        ml.Model.Save(model, rows.Schema, zip);
        ITransformer loaded = new MLContext().Model.Load(zip, out _);
        using Pair models = new(Chain(rows, LoadImages()), loaded);
        Compared.Same(models.Theirs.Transform(rows), loaded.Transform(rows), "Score");
        ((IDisposable)model).Dispose();
    }

    private (int Width, int Height) Size(string path, int smallestSide)
    {
        using MLImage image = Load(path, smallestSide);
        return (image.Width, image.Height);
    }

    private MLImage Load(string path, int smallestSide)
    {
        IDataView rows = ml.Data.LoadFromEnumerable([new PathRow { Path = path }]);
        IDataView loaded = ml.Transforms.LoadImagesScaled(ml, "Image", null, "Path", smallestSide).Fit(rows).Transform(rows);
        using DataViewRowCursor cursor = loaded.GetRowCursor([loaded.Schema["Image"]]);
        Assert.True(cursor.MoveNext());
        MLImage image = null!;
        cursor.GetGetter<MLImage>(loaded.Schema["Image"])(ref image);
        return MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels);
    }

    private ImageLoadingEstimator LoadImages() => ml.Transforms.LoadImages("Image", null, "Path");

    private TransformerChain<ITransformer> Chain<T>(IDataView rows, IEstimator<T>? loading)
        where T : class, ITransformer
    {
        ITransformer? loader = loading?.Fit(rows);
        ITransformer rest = ml.Transforms.ResizeImages("Small", Side, Side, "Image").Append(ml.Transforms.ExtractPixels("Pixels", "Small", scaleImage: 1 / 255f))
            .Append(ml.Transforms.ApplyOnnxModel("Score", "Pixels", network.Path)).Fit(loader?.Transform(rows) ?? rows);
        return loader is null ? new TransformerChain<ITransformer>(rest) : new TransformerChain<ITransformer>(loader, rest);
    }

    private TransformerChain<ITransformer> Chain(IDataView rows, ImageLoadingEstimator? loading) => Chain<ImageLoadingTransformer>(rows, loading);

    private IDataView Paths(int count) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new PathRow { Path = Path(i), Number = i }));

    private string Path(int i) => folder.Path($"{i:D2}.{(i % 3 == 0 ? "png" : "jpg")}");

    // Of any size, noise and all.
    private static byte[] Picture(int i)
    {
        using SKBitmap bitmap = Bitmap(20 + i, 45 - (i / 2), i);
        return Encoded(bitmap, i % 3 == 0 ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg);
    }

    private static SKBitmap Bitmap(int width, int height, int seed)
    {
        SKBitmap bitmap = new(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                bitmap.SetPixel(x, y, new SKColor((byte)(128 + (100 * Math.Sin((x + seed) / 9.0))), (byte)(128 + (100 * Math.Cos((y * (seed + 1)) / 13.0))),
                    (byte)((x * 3) + (y * 5) + seed)));
        return bitmap;
    }

    private static byte[] Encoded(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using SKData data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>Both are disposed of.</summary>
    private sealed class Pair(ITransformer theirs, ITransformer ours) : IDisposable
    {
        public ITransformer Theirs => theirs;

        public ITransformer Ours => ours;

        public void Dispose()
        {
            (theirs as IDisposable)?.Dispose();
            (ours as IDisposable)?.Dispose();
        }
    }

    private sealed class PathRow
    {
        public string Path { get; set; } = "";

        public int Number { get; set; }
    }

    private sealed class PictureRow
    {
        public MLImage? Image { get; set; }
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Training.Pipelines;

public sealed class PictureMapTransformerTests : IDisposable
{
    private readonly MLContext context = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_row_gets_the_picture_made_of_its_own()
    {
        IDataView rows = new PictureMapTransformer("Negative", "Image", Negative).Transform(Rows((3, 2), (5, 4), (1, 7)));

        IReadOnlyList<Picture> before = ImageColumn.Read(rows, "Image"), after = ImageColumn.Read(rows, "Negative");

        Assert.Equal([(3, 2), (5, 4), (1, 7)], after.Select(picture => (picture.Width, picture.Height)));
        Assert.All(before.Zip(after), pair => Assert.All(pair.First.Pixels.Zip(pair.Second.Pixels), bytes => Assert.Equal(255, bytes.First + bytes.Second)));
    }

    [Fact]
    public void Nothing_is_computed_for_columns_that_nobody_reads()
    {
        int calls = 0;
        IDataView rows = new PictureMapTransformer("Negative", "Image", picture => { calls++; return Negative(picture); }).Transform(Rows((3, 2), (5, 4)));

        Assert.Equal([0f, 1f], rows.GetColumn<float>("Index"));
        Assert.Equal(0, calls);
        Assert.Equal(2, rows.GetRowCount());
        ImageColumn.Read(rows, "Negative");
        Assert.Equal(2, calls);
    }

    [Fact]
    public void A_column_of_the_same_name_takes_the_place_of_the_input()
    {
        IDataView rows = Rows((3, 2));
        IDataView mapped = new PictureMapTransformer("Image", "Image", Negative).Transform(rows);

        Assert.Equal(Negative(ImageColumn.Read(rows, "Image")[0]).Pixels, ImageColumn.Read(mapped, "Image")[0].Pixels);
    }

    [Fact]
    public void A_row_without_a_picture_stays_one()
    {
        IDataView rows = new IndexedRows(2, IndexedColumn.Image("Image", new ImageDataViewType(), row => row == 0 ? null! : Sample(2, 2).ToImage()));
        IDataView mapped = new PictureMapTransformer("Negative", "Image", Negative).Transform(rows);

        using DataViewRowCursor cursor = mapped.GetRowCursor(mapped.Schema);
        ValueGetter<MLImage> get = cursor.GetGetter<MLImage>(mapped.Schema["Negative"]);
        MLImage? image = null;
        Assert.True(cursor.MoveNext());
        get(ref image!);
        Assert.Null(image);
        Assert.True(cursor.MoveNext());
        get(ref image!);
        Assert.NotNull(image);
    }

    [Fact]
    public void A_prediction_engine_maps_one_picture_at_a_time()
    {
        ITransformer chain = new TransformerChain<ITransformer>(
            new PictureMapTransformer("Negative", "Image", Negative), new PictureMapTransformer("Again", "Negative", Negative));
        using PredictionEngine<In, Out> engine = context.Model.CreatePredictionEngine<In, Out>(chain);
        foreach ((int width, int height) in ((int, int)[])[(4, 3), (2, 6)])
        {
            Picture sample = Sample(width, height);
            using MLImage image = sample.ToImage();
            Out made = engine.Predict(new In { Image = image });
            Assert.Equal(Negative(sample).Pixels, Picture.FromImage(made.Negative!).Pixels);
            Assert.Equal(sample.Pixels, Picture.FromImage(made.Again!).Pixels);
        }
    }

    [Fact]
    public void Saving_it_says_what_to_save_instead()
    {
        IDataView rows = Rows((3, 2));
        NotSupportedException refusal = Assert.Throws<NotSupportedException>(() =>
            context.Model.Save(new PictureMapTransformer("Negative", "Image", Negative), rows.Schema, folder.File("model.zip")));
        Assert.Contains("ToFixedSize", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_holds_no_pictures_is_named()
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new PictureMapTransformer("Negative", "Index", Negative).Transform(Rows((3, 2))));
        Assert.Contains("'Index'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 5)]
    [InlineData(16, 9)]
    public void A_session_takes_pictures_of_any_size(int width, int height)
    {
        using PictureSession session = new(Doubling());
        Picture sample = Sample(width, height);

        Picture doubled = session.Run(sample);

        Assert.Equal(Doubled(sample).Pixels, doubled.Pixels);
        Assert.Equal((2 * width, 2 * height), (doubled.Width, doubled.Height));
    }

    [Fact]
    public void A_session_takes_a_grey_picture_for_one_of_three_equal_colours()
    {
        using PictureSession session = new(Doubling());
        Assert.Equal(Enumerable.Repeat((byte)77, 2 * 2 * 3), session.Run(new Picture(1, 1, 1, [77])).Pixels);
    }

    [Fact]
    public void Threads_share_a_session()
    {
        using PictureSession session = new(Doubling());
        Parallel.For(1, 20, size => Assert.Equal(Doubled(Sample(size, 3)).Pixels, session.Run(Sample(size, 3)).Pixels));
    }

    [Fact]
    public void The_chain_of_fixed_size_saves_and_loads_and_gives_the_same_pictures()
    {
        IDataView rows = Rows((6, 4), (6, 4));
        using PictureSession session = new(Doubling());
        IReadOnlyList<Picture> expected = ImageColumn.Read(new PictureMapTransformer("Doubled", "Image", picture => session.Run(picture)).Transform(rows), "Doubled");
        TransformerChain<ITransformer> chain = FixedSizeChain.Of(
            context, Doubling(), "pixels", "picture", "Doubled", "Image", 6, 4, 2, ImageResizingEstimator.ResizingKind.Fill, threads: 1);

        context.Model.Save(chain, rows.Schema, folder.File("model.zip"));
        ITransformer loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);

        foreach (ITransformer model in (ITransformer[])[chain, loaded])
        {
            IDataView made = model.Transform(rows);
            Assert.Equal(["Index", "Image", "Doubled"], made.Schema.Where(column => !column.IsHidden).Select(column => column.Name));
            Assert.All(expected.Zip(ImageColumn.Read(made, "Doubled")), pair => Assert.Equal(pair.First.Pixels, pair.Second.Pixels));
            ChainParts.Dispose(model);
        }
    }

    private static Picture Negative(Picture picture) =>
        new(picture.Width, picture.Height, picture.Channels, Array.ConvertAll(picture.Pixels, value => (byte)(255 - value)));

    private static Picture Sample(int width, int height) =>
        new(width, height, 3, [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)(i * 37 + width))]);

    private static Picture Doubled(Picture picture)
    {
        byte[] pixels = new byte[picture.Pixels.Length * 4];
        for (int y = 0; y < 2 * picture.Height; y++)
            for (int x = 0; x < 2 * picture.Width; x++)
                for (int c = 0; c < 3; c++)
                    pixels[(y * 2 * picture.Width + x) * 3 + c] = picture.Pixels[(y / 2 * picture.Width + x / 2) * 3 + c];
        return new Picture(2 * picture.Width, 2 * picture.Height, 3, pixels);
    }

    private static IndexedRows Rows(params (int Width, int Height)[] sizes) => new(
        sizes.Length,
        IndexedColumn.Single("Index", row => row),
        IndexedColumn.Image("Image", new ImageDataViewType(), row => Sample(sizes[row].Width, sizes[row].Height).ToImage()));

    private string Doubling()
    {
        string path = folder.File("doubling.onnx");
        using Upsample twice = nn.Upsample(scale_factor: [2, 2]);
        using Tensor example = zeros(1, 3, 4, 4);
        OnnxExporter.Export(twice, [example], path, new OnnxExportOptions
        {
            InputNames = ["pixels"],
            OutputNames = ["picture"],
            DynamicSize = true,
            PixelInput = new PixelInput(scale: [1]),
            PixelOutput = new PixelOutput(scale: [1]),
        });
        return path;
    }

    private sealed class In
    {
        public MLImage? Image { get; set; }
    }

    private sealed class Out
    {
        public MLImage? Negative { get; set; }

        public MLImage? Again { get; set; }
    }
}

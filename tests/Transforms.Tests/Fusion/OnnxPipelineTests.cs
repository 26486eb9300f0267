using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Transforms.Image;
using static MLNetGen.Onnx.Format.TensorProto.Types;

namespace MLNetGen.Tests.Fusion;

/// <summary>Pipelines as one ONNX file, run in ONNX Runtime, against ML.NET's own chains.</summary>
public sealed class OnnxPipelineTests : IDisposable
{
    private const int Height = 24, Width = 28;

    private static readonly string[] Classes = ["cat", "dog", "emu", "fox"];

    private readonly TemporaryFolder folder = new();
    private readonly MLContext ml = new(seed: 1);

    private string Target => folder.File("pipeline.onnx");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(500, 375)]
    [InlineData(28, 24)]
    [InlineData(20, 31)]
    [InlineData(56, 48)]
    [InlineData(640, 480)]
    [InlineData(333, 500)]
    public void A_picture_that_is_stretched_has_the_same_pixels(int width, int height)
    {
        Picture picture = Noise(width, height);
        double[] differences = Pixels(picture, ImageResizingEstimator.ResizingKind.Fill, Width, Height);
        Assert.All(differences, difference => Assert.Equal(0, difference));
    }

    [Theory]
    [InlineData(256, 256, 224, 224)]
    [InlineData(640, 480, 299, 200)]
    [InlineData(1023, 767, 227, 227)]
    public void Also_where_a_pixel_lies_between_two(int width, int height, int newWidth, int newHeight) =>
        Assert.All(Pixels(Noise(width, height), ImageResizingEstimator.ResizingKind.Fill, newWidth, newHeight), difference => Assert.Equal(0, difference));

    [Theory]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoCrop, 500, 375)]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoPad, 500, 375)]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoCrop, 20, 31)]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoPad, 20, 31)]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoCrop, 37, 53)]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoCrop, 1023, 767)]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoPad, 28, 24)]
    public void A_picture_that_is_cropped_or_padded_has_nearly_the_same(ImageResizingEstimator.ResizingKind kind, int width, int height)
    {
        // Pictures are soft, and noise is the worst that can be.
        double[] noise = Pixels(Noise(width, height), kind, Width, Height);
        Assert.InRange(noise.Average(), 0, 1);
        Assert.InRange(noise.Max(), 0, 4);
    }

    [Fact]
    public void Grey_pictures_and_every_order_of_pixels_are_as_ML_NET_has_them()
    {
        Picture picture = Noise(40, 30);
        foreach ((bool grey, ImagePixelExtractingEstimator.ColorBits colors, ImagePixelExtractingEstimator.ColorsOrder order, bool interleave) in new[]
        {
            (true, ImagePixelExtractingEstimator.ColorBits.Red, ImagePixelExtractingEstimator.ColorsOrder.ARGB, false),
            (false, ImagePixelExtractingEstimator.ColorBits.Rgb, ImagePixelExtractingEstimator.ColorsOrder.ABGR, false),
            (false, ImagePixelExtractingEstimator.ColorBits.Rgb, ImagePixelExtractingEstimator.ColorsOrder.ARGB, true),
            (false, ImagePixelExtractingEstimator.ColorBits.Blue, ImagePixelExtractingEstimator.ColorsOrder.ARGB, false),
        })
        {
            int channels = colors == ImagePixelExtractingEstimator.ColorBits.Rgb ? 3 : 1;
            using SmallModel network = Through(interleave ? [Height, Width, channels] : [channels, Height, Width]);
            IEstimator<ITransformer> chain = ml.Transforms.ResizeImages("Small", Width, Height, "Image", ImageResizingEstimator.ResizingKind.Fill);
            if (grey)
                chain = chain.Append(ml.Transforms.ConvertToGrayscale("Small"));
            chain = chain.Append(ml.Transforms.ExtractPixels("In", "Small", colors, order, interleave, offsetImage: 117,
                scaleImage: 0.5f)).Append(ml.Transforms.ApplyOnnxModel("Out", "In", network.Path));
            // Grey is rounded: a level, of half.
            Assert.InRange(Difference(chain, picture, "Out").Max(), 0, grey ? 0.51 : 1e-4);
        }
    }

    [Fact]
    public void A_classifier_gives_labels_and_probabilities_for_a_batch()
    {
        using SmallModel network = Classifier();
        ITransformer model = ClassifierChain(network).Fit(Rows());
        OnnxFusionReport report = OnnxPipeline.Fuse(model, Target);
        Assert.Equal(["Score", "PredictedLabel"], report.Outputs.Select(output => output.Name));
        Assert.All(report.Outputs, output => Assert.InRange(output.LargestDifference, 0, 1e-3));
        Picture[] pictures = [Noise(50, 40, 1), Noise(50, 40, 2), Noise(50, 40, 3)];
        IDataView rows = model.Transform(Rows(pictures));
        Dictionary<string, DisposableNamedOnnxValue> found = Run(pictures);
        Assert.Equal(rows.GetColumn<string>("PredictedLabel"), found["PredictedLabel"].AsEnumerable<string>());
        Assert.Equal([3, 4], found["Score"].AsTensor<float>().Dimensions.ToArray());
        Assert.All(model.Transform(Rows(pictures)).GetColumn<float[]>("Score").SelectMany(row => row).Zip(found["Score"].AsEnumerable<float>()), pair =>
            Assert.Equal(pair.First, pair.Second, 1e-5));
        using InferenceSession session = new(Target);
        Assert.Equal("[\"cat\",\"dog\",\"emu\",\"fox\"]", session.ModelMetadata.CustomMetadataMap["labels"]);
    }

    // As a classifier is trained: the label becomes a key first, and pictures to predict have none.
    [Fact]
    public void What_reads_a_label_has_no_part_in_the_file()
    {
        using SmallModel network = Classifier();
        SchemaDefinition schema = SchemaDefinition.Create(typeof(LabelledRow));
        schema[nameof(LabelledRow.Image)].ColumnType = new ImageDataViewType();
        Picture picture = Noise(50, 40);
        IDataView rows = ml.Data.LoadFromEnumerable([new LabelledRow { Image = picture.ToImage(), Label = "cat" }], schema);
        ITransformer model = ml.Transforms.Conversion.MapValueToKey("Label").Append(Scores(network)).Fit(rows);
        OnnxFusionReport report = OnnxPipeline.Fuse(model, Target);
        Assert.Equal("Score", Assert.Single(report.Outputs).Name);
        float[] expected = model.Transform(rows).GetColumn<float[]>("Score").Single();
        Assert.All(expected.Zip(Run([picture])["Score"].AsEnumerable<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void A_saved_model_that_loads_files_begins_with_their_pictures()
    {
        using SmallModel network = Classifier();
        IDataView rows = ml.Data.LoadFromEnumerable([new FileRow()]);
        ITransformer model = ml.Transforms.LoadImages("Image", null, "File").Append(Scores(network)).Fit(rows);
        ml.Model.Save(model, rows.Schema, folder.File("model.zip"));
        OnnxFusionReport report = OnnxPipeline.Fuse(folder.File("model.zip"), Target, new OnnxFusionOptions { OutputColumns = ["Score"] });
        Assert.Equal(("Image", "Score"), (report.PictureColumn, Assert.Single(report.Outputs).Name));
        Picture picture = Noise(33, 44);
        float[] expected = model.Transform(ml.Data.LoadFromEnumerable([new FileRow { File = Saved(picture) }])).GetColumn<float[]>("Score").Single();
        Assert.All(expected.Zip(Run([picture])["Score"].AsEnumerable<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        ((IDisposable)model).Dispose();
    }

    [Fact]
    public void Networks_one_after_the_other_draw_pictures()
    {
        // The second network's names are the first one's.
        using SmallModel first = Through([3, Height, Width]);
        using SmallModel second = new SmallModel().Input("Out", DataType.Float, null, 3, Height, Width).Weights("w", [255, 200, 150], 1, 3, 1, 1)
            .Node("Mul", ["Out", "w"], ["Planes"]).Output("Planes", DataType.Float, null, 3, Height, Width).Write();
        IEstimator<ITransformer> chain = ml.Transforms.ResizeImages("Small", Width, Height, "Image",
            ImageResizingEstimator.ResizingKind.Fill).Append(ml.Transforms.ExtractPixels("In", "Small", scaleImage: 1 / 255f))
            .Append(ml.Transforms.ApplyOnnxModel("Out", "In", first.Path)).Append(ml.Transforms.ApplyOnnxModel("Planes", "Out", second.Path))
            .Append(ml.Transforms.ConvertToImage(Height, Width, "Drawn", "Planes", ImagePixelExtractingEstimator.ColorBits.Rgb, ImagePixelExtractingEstimator.ColorsOrder.ARGB));
        ITransformer model = chain.Fit(Rows());
        OnnxFusionReport report = OnnxPipeline.Fuse(model, Target, new OnnxFusionOptions { OutputColumns = ["Drawn"] });
        Assert.InRange(report.Outputs.Single().LargestDifference, 0, 1e-3);
        Picture picture = Noise(60, 50);
        IDataView drawn = model.Transform(Rows(picture));
        using DataViewRowCursor cursor = drawn.GetRowCursor([drawn.Schema["Drawn"]]);
        Assert.True(cursor.MoveNext());
        MLImage image = null!;
        cursor.GetGetter<MLImage>(drawn.Schema["Drawn"])(ref image);
        DenseTensor<byte> found = (DenseTensor<byte>)Run([picture])["Drawn"].AsTensor<byte>();
        Assert.Equal([1, Height, Width, 3], found.Dimensions.ToArray());
        Assert.Equal(Picture.FromImage(image).Pixels, found.Buffer.ToArray());
    }

    [Fact]
    public void What_cannot_be_one_file_is_said_and_nothing_is_written()
    {
        using SmallModel network = Classifier(), layer = SmallModel.Layer();
        ITransformer classifier = ClassifierChain(network).Fit(Rows());
        Assert.Contains("'Score'", Assert.Throws<ArgumentException>(() => OnnxPipeline.Fuse(classifier, Target, new OnnxFusionOptions { OutputColumns = ["Pixel"] })).Message);
        ITransformer vectors = ml.Transforms.ApplyOnnxModel("Scores", "Features", layer.Path).Fit(ScoringRow.View(ml, 1));
        Assert.Throws<ArgumentException>(() => OnnxPipeline.Fuse(vectors, Target));
        Assert.Throws<FileNotFoundException>(() => OnnxPipeline.Fuse(folder.File("none.zip"), Target));
        ITransformer cropped = ml.Transforms.ResizeImages("Small", Width, Height,
            "Image").Append(ml.Transforms.ExtractPixels("In", "Small")).Append(ml.Transforms.ApplyOnnxModel("Score", "In", network.Path)).Fit(Rows());
        Assert.Throws<InvalidOperationException>(() => OnnxPipeline.Fuse(cropped, Target, new OnnxFusionOptions { MaximumDifference = 0 }));
        Assert.False(File.Exists(Target));
        Assert.InRange(OnnxPipeline.Fuse(cropped, Target).Outputs.Single(output => output.Name == "Score").LargestDifference, 1e-9, 0.1);
    }

    // Differences of levels.
    private double[] Pixels(Picture picture, ImageResizingEstimator.ResizingKind kind, int width, int height)
    {
        using SmallModel network = Through([3, height, width]);
        IEstimator<ITransformer> chain = ml.Transforms.ResizeImages("Small", width, height, "Image", kind).Append(ml.Transforms.ExtractPixels("In", "Small"))
            .Append(ml.Transforms.ApplyOnnxModel("Out", "In", network.Path));
        return Difference(chain, picture, "Out");
    }

    private double[] Difference(IEstimator<ITransformer> chain, Picture picture, string column)
    {
        ITransformer model = chain.Fit(Rows());
        OnnxPipeline.Fuse(model, Target, new OnnxFusionOptions { OutputColumns = [column], MaximumDifference = 1 });
        float[] expected = model.Transform(Rows(picture)).GetColumn<float[]>(column).Single(), found = [.. Run([picture])[column].AsEnumerable<float>()];
        Assert.Equal(expected.Length, found.Length);
        (model as IDisposable)?.Dispose();
        return [.. expected.Zip(found, (a, b) => (double)Math.Abs(a - b))];
    }

    private Dictionary<string, DisposableNamedOnnxValue> Run(Picture[] pictures)
    {
        using InferenceSession session = new(Target);
        Assert.Equal(["image"], session.InputNames);
        return session.Run([NamedOnnxValue.CreateFromTensor(
            "image", new DenseTensor<byte>(pictures.SelectMany(one => one.Pixels).ToArray(), [pictures.Length, pictures[0].Height, pictures[0].Width, 3]))]).ToDictionary(value =>
                value.Name);
    }

    private IEstimator<ITransformer> ClassifierChain(SmallModel network) => Scores(network).Append(ml.Transforms.CustomMapping<ScoreRow, LabelRow>(
        (scores, label) => label.PredictedLabel = Classes[Array.IndexOf(scores.Score, scores.Score.Max())], null));

    private IEstimator<ITransformer> Scores(SmallModel network) => ml.Transforms.ResizeImages("Small", Width, Height, "Image", ImageResizingEstimator.ResizingKind.Fill)
        .Append(ml.Transforms.ExtractPixels("In", "Small", scaleImage: 1 / 255f)).Append(ml.Transforms.ApplyOnnxModel("Score", "In",
            network.Path)).Append(ml.Transforms.DropColumns("In", "Small"));

    private static SmallModel Classifier() => new SmallModel().Input("In", DataType.Float, null, 3, Height, Width)
        .Weights("w", [.. Enumerable.Range(0, 4 * 3 * Height * Width).Select(i => 0.02f * MathF.Sin(0.05f * i))], 3 * Height * Width, 4)
        .Node("Flatten", ["In"], ["flat"]).Node("MatMul", ["flat", "w"], ["sums"]).Node("Softmax", ["sums"], ["Score"], ("axis", 1L))
        .Slots("Score", Classes).Output("Score", DataType.Float, null, 4).Write();

    private static SmallModel Through(long[] shape)
    {
        long?[] axes = [null, .. shape.Select(length => (long?)length)];
        return new SmallModel().Input("In", DataType.Float, axes).Node("Identity", ["In"], ["Out"]).Output("Out", DataType.Float, axes).Write();
    }

    private IDataView Rows(params Picture[] pictures)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(PictureRow));
        schema[nameof(PictureRow.Image)].ColumnType = new ImageDataViewType();
        return ml.Data.LoadFromEnumerable(pictures.Select(one => new PictureRow { Image = one.ToImage() }), schema);
    }

    private string Saved(Picture picture)
    {
        string path = folder.File($"{Guid.NewGuid():N}.png");
        picture.Save(path);
        return path;
    }

    private static Picture Noise(int width, int height, int seed = 1)
    {
        byte[] pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        return new Picture(width, height, 3, pixels);
    }

    private sealed class LabelledRow
    {
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
    }

    private sealed class PictureRow
    {
        public MLImage? Image { get; set; }
    }

    private sealed class FileRow
    {
        public string File { get; set; } = "";
    }

    private sealed class ScoreRow
    {
        [VectorType(4)]
        public float[] Score { get; set; } = [];
    }

    private sealed class LabelRow
    {
        public string PredictedLabel { get; set; } = "";
    }
}

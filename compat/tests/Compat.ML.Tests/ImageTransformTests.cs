using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using static Microsoft.ML.Transforms.Image.ImagePixelExtractingEstimator;

namespace Compat.ML.Tests;

public sealed class ImageTransformTests : IDisposable
{
    private readonly MLContext ml = new(1);
    private readonly string folder = Directory.CreateTempSubdirectory("images").FullName;

    public ImageTransformTests()
    {
        using MLImage wide = ImageTestData.Gradient(8, 4);
        wide.Save(Path.Combine(folder, "wide.png"));
        using MLImage square = ImageTestData.Gradient(4, 4);
        square.Save(Path.Combine(folder, "square.png"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(ColorBits.Rgb, ColorsOrder.ARGB, "RGB")]
    [InlineData(ColorBits.Rgb, ColorsOrder.ABGR, "BGR")]
    [InlineData(ColorBits.All, ColorsOrder.ARGB, "ARGB")]
    [InlineData(ColorBits.All, ColorsOrder.AGBR, "AGBR")]
    [InlineData(ColorBits.Green, ColorsOrder.ARGB, "G")]
    [InlineData(ColorBits.Red | ColorBits.Blue, ColorsOrder.ABRG, "BR")]
    public void Pixels_come_in_the_order_asked_for(ColorBits colors, ColorsOrder order, string expected)
    {
        byte[] planar = ExtractBytes(2, 2, colors, order, interleave: false);
        byte[] interleaved = ExtractBytes(2, 2, colors, order, interleave: true);
        for (int plane = 0; plane < expected.Length; plane++)
        {
            for (int i = 0; i < 4; i++)
            {
                byte[] bgra = ImageTestData.Pixel(i % 2, i / 2);
                byte value = bgra["BGRA".IndexOf(expected[plane], StringComparison.Ordinal)];
                Assert.Equal(value, planar[(plane * 4) + i]);
                Assert.Equal(value, interleaved[(i * expected.Length) + plane]);
            }
        }
    }

    [Fact]
    public void Rgba_images_give_the_same_pixels()
    {
        using MLImage image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Rgba32, [10, 20, 30, 255]);
        Assert.Equal([10f, 20f, 30f], Pixels(image, ml.Transforms.ExtractPixels("Pixels", "Image")));
    }

    [Fact]
    public void The_offset_is_taken_off_before_scaling()
    {
        using MLImage image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [0, 100, 255, 255]);
        float[] pixels = Pixels(image, ml.Transforms.ExtractPixels("Pixels", "Image", offsetImage: 127.5f, scaleImage: 2f));
        Assert.Equal([255f, -55f, -255f], pixels);
    }

    [Fact]
    public void Vectors_have_the_dimensions_of_their_layout()
    {
        IDataView rows = Rows("wide.png");
        DataViewSchema planar = LoadAndResize(6, 5).Append(ml.Transforms.ExtractPixels("Pixels", "Small")).Fit(rows).GetOutputSchema(rows.Schema);
        DataViewSchema interleaved = LoadAndResize(6, 5)
            .Append(ml.Transforms.ExtractPixels("Pixels", "Small", interleavePixelColors: true, outputAsFloatArray: false)).Fit(rows).GetOutputSchema(rows.Schema);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3, 5, 6), planar["Pixels"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Byte, 5, 6, 3), interleaved["Pixels"].Type);
        Assert.Equal("Image", planar["Image"].Type.ToString());
        Assert.Equal("Image<5, 6>", planar["Small"].Type.ToString());
    }

    [Fact]
    public void Pixels_of_images_of_unknown_size_are_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            Load().Append(ml.Transforms.ExtractPixels("Pixels", "Image")).Fit(Rows("wide.png")));
        Assert.Contains("expected known-size image, got unknown-size image", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_of_the_wrong_type_and_absent_ones_are_named()
    {
        IDataView rows = Rows("wide.png");
        Assert.Contains("Could not find input column 'Absent'",
            Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.ResizeImages("Small", 2, 2, "Absent").Fit(rows)).Message, StringComparison.Ordinal);
        Assert.Contains("Schema mismatch for input column 'Path': expected image, got String",
            Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.ResizeImages("Small", 2, 2, "Path").Fit(rows)).Message, StringComparison.Ordinal);
        Assert.Contains("expected image",
            Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.ConvertToGrayscale("Path").Fit(rows)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Load().Append(ml.Transforms.LoadImages("Again", folder, "Image")).Fit(rows));
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.ResizeImages("Small", 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.ExtractPixels("Pixels", scaleImage: 0));
        Assert.Throws<ArgumentException>(() => ml.Transforms.LoadImages("Image", Path.Combine(folder, "absent")));
    }

    [Theory]
    [InlineData(255, 255, 255, 255)]
    [InlineData(200, 0, 0, 60)]
    [InlineData(0, 200, 0, 118)]
    [InlineData(0, 0, 200, 22)]
    [InlineData(10, 20, 30, 18)]
    public void Gray_is_30_59_11_percent(byte red, byte green, byte blue, byte gray)
    {
        using MLImage image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [blue, green, red, 255]);
        using MLImage converted = image.CloneWithGrayscale();
        Assert.Equal([gray, gray, gray, 255], converted.Pixels.ToArray());
    }

    [Fact]
    public void Gray_images_keep_their_size_and_tag()
    {
        IDataView gray = LoadAndResize(4, 4).Append(ml.Transforms.ConvertToGrayscale("Gray", "Small")).Fit(Rows("square.png")).Transform(Rows("square.png"));
        Assert.Equal(new ImageDataViewType(4, 4), gray.Schema["Gray"].Type);
        using DataViewRowCursor cursor = gray.GetRowCursor([gray.Schema["Gray"]]);
        MLImage image = null!;
        Assert.True(cursor.MoveNext());
        cursor.GetGetter<MLImage>(gray.Schema["Gray"])(ref image);
        Assert.Equal(Path.Combine(folder, "square.png"), image.Tag);
        Assert.Equal(image.Pixels[4], image.Pixels[6]);
    }

    [Fact]
    public void Vectors_become_images_again()
    {
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new TwelveValues { Values = Enumerable.Range(0, 12).Select(i => (float)i * 20).ToArray() } });
        MLImage image = FirstImage(ml.Transforms.ConvertToImage(2, 2, "Image", "Values").Fit(rows).Transform(rows));
        Assert.Equal((2, 2, MLPixelFormat.Bgra32, "VectorToImageConvertingTransformer"), (image.Width, image.Height, image.PixelFormat, image.Tag));
        Assert.Equal([160, 80, 0, 255, 180, 100, 20, 255], image.Pixels[..8].ToArray());
        MLImage interleaved = FirstImage(ml.Transforms.ConvertToImage(2, 2, "Image", "Values", orderOfColors: ColorsOrder.ABGR, interleavedColors: true)
            .Fit(rows).Transform(rows));
        Assert.Equal([0, 20, 40, 255, 60, 80, 100, 255], interleaved.Pixels[..8].ToArray());
    }

    [Fact]
    public void Scaled_vectors_are_rounded_and_have_no_alpha_unless_given()
    {
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new TwelveValues { Values = Enumerable.Repeat(0.3f, 12).ToArray() } });
        MLImage rgb = FirstImage(ml.Transforms.ConvertToImage(2, 2, "Image", "Values", scaleImage: 255f, offsetImage: -10f).Fit(rows).Transform(rows));
        Assert.Equal([86, 86, 86, 0], rgb.Pixels[..4].ToArray()); // 0.3 * 255 + 10 = 86.5, to the even neighbour
        MLImage alpha = FirstImage(ml.Transforms.ConvertToImage(2, 3, "Image", "Values", ColorBits.Alpha | ColorBits.Green, scaleImage: 100f).Fit(rows).Transform(rows));
        Assert.Equal([0, 30, 0, 30], alpha.Pixels[..4].ToArray());
    }

    [Fact]
    public void A_vector_of_the_wrong_length_is_refused()
    {
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new TwelveValues { Values = new float[12] } });
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.ConvertToImage(3, 3, "Image", "Values").Fit(rows));
        Assert.Contains("expected Vector<Single, 3, 3, 3>, got Vector<Single, 12>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Raw_bytes_are_the_file()
    {
        IDataView bytes = ml.Transforms.LoadRawImageBytes("Bytes", folder, "Path").Fit(Rows("wide.png")).Transform(Rows("wide.png"));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Byte), bytes.Schema["Bytes"].Type);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "wide.png")), bytes.GetColumn<byte[]>("Bytes").Single());
    }

    [Fact]
    public void Paths_may_be_absolute_without_a_folder_and_a_missing_file_is_an_error()
    {
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new Row { Path = Path.Combine(folder, "wide.png") } });
        Assert.Equal(8, FirstImage(ml.Transforms.LoadImages("Image", null, "Path").Fit(rows).Transform(rows)).Width);
        IDataView missing = Load().Fit(rows).Transform(Rows("absent.png"));
        Assert.Throws<FileNotFoundException>(() => FirstImage(missing));
    }

    [Fact]
    public void An_image_of_the_right_size_is_passed_on_itself()
    {
        using MLImage image = ImageTestData.Gradient(4, 4);
        using MLImage other = ImageTestData.Gradient(4, 4);
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new InMemory { Image = image }, new InMemory { Image = other } });
        IDataView resized = ml.Transforms.ResizeImages("Small", 4, 4, "Image").Fit(rows).Transform(rows);
        using DataViewRowCursor cursor = resized.GetRowCursor(resized.Schema);
        MLImage value = null!;
        cursor.MoveNext();
        cursor.GetGetter<MLImage>(resized.Schema["Small"])(ref value);
        Assert.Same(image, value);
    }

    [Fact]
    public void The_last_image_of_a_cursor_is_disposed_with_it()
    {
        IDataView images = Load().Fit(Rows("wide.png")).Transform(Rows("wide.png", "square.png"));
        MLImage first = null!;
        MLImage second = null!;
        using (DataViewRowCursor cursor = images.GetRowCursor(images.Schema))
        {
            ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(images.Schema["Image"]);
            cursor.MoveNext();
            getter(ref first);
            cursor.MoveNext();
            getter(ref second);
            Assert.Equal((8, 4), (first.Width, second.Width));
        }
        Assert.Equal(8, first.Width);
        Assert.Throws<InvalidOperationException>(() => second.Width);
    }

    [Fact]
    public void Shapes_go_through_the_chain()
    {
        SchemaShape shape = LoadAndResize(6, 5).Append(ml.Transforms.ConvertToGrayscale("Gray", "Small"))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Gray")).Append(ml.Transforms.ConvertToImage(5, 6, "Back", "Pixels"))
            .GetOutputSchema(SchemaShape.Create(Rows("wide.png").Schema));
        Assert.Equal(["Path", "Image", "Small", "Gray", "Pixels", "Back"], shape.Select(column => column.Name));
        Assert.Equal(["String", "Image", "Image<5, 6>", "Image<5, 6>", "Vector<Single>", "Image<5, 6>"], shape.Select(column => column.GetTypeString()));
    }

    [Fact]
    public void A_saved_pipeline_predicts_the_same_pixels()
    {
        IDataView rows = Rows("wide.png", "square.png");
        var model = LoadAndResize(3, 3, ImageResizingEstimator.ResizingKind.IsoPad, ImageResizingEstimator.Anchor.Left)
            .Append(ml.Transforms.ConvertToGrayscale("Gray", "Small"))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Gray", ColorBits.All, ColorsOrder.ABGR, true, 3f, 0.5f))
            .Append(ml.Transforms.ConvertToImage(3, 3, "Back", "Pixels", ColorBits.All, ColorsOrder.ABGR, true, 2f, -6f))
            .Fit(rows);
        using var file = new MemoryStream();
        ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = ml.Model.Load(file, out DataViewSchema schema);
        Assert.Equal(TextDataViewType.Instance, schema["Path"].Type);
        float[][] expected = model.Transform(rows).GetColumn<float[]>("Pixels").ToArray();
        Assert.Equal(expected, loaded.Transform(rows).GetColumn<float[]>("Pixels"));

        using PredictionEngine<Row, Prediction> engine = ml.Model.CreatePredictionEngine<Row, Prediction>(loaded);
        Assert.Equal(expected[1], engine.Predict(new Row { Path = "square.png" }).Pixels);
        Prediction wide = engine.Predict(new Row { Path = "wide.png" });
        Assert.Equal(expected[0], wide.Pixels);
        Assert.Equal((3, 3), (wide.Back!.Width, wide.Back.Height));
    }

    [Fact]
    public void A_saved_schema_leaves_out_images()
    {
        using MLImage image = ImageTestData.Gradient(4, 4);
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new InMemory { Image = image } });
        using var file = new MemoryStream();
        ml.Model.Save(ml.Transforms.ExtractPixels("Pixels", "Image").Fit(rows), rows.Schema, file);
        file.Position = 0;
        ml.Model.Load(file, out DataViewSchema schema);
        Assert.Equal(["Name"], schema.Select(column => column.Name));
    }

    private byte[] ExtractBytes(int width, int height, ColorBits colors, ColorsOrder order, bool interleave)
    {
        string name = $"{width}x{height}.png";
        using (MLImage image = ImageTestData.Gradient(width, height))
            image.Save(Path.Combine(folder, name));
        IDataView rows = Rows(name);
        return LoadAndResize(width, height)
            .Append(ml.Transforms.ExtractPixels("Pixels", "Small", colors, order, interleave, outputAsFloatArray: false))
            .Fit(rows).Transform(rows).GetColumn<byte[]>("Pixels").Single();
    }

    private float[] Pixels(MLImage image, ImagePixelExtractingEstimator estimator)
    {
        var definition = SchemaDefinition.Create(typeof(AnyImage));
        definition["Image"].ColumnType = new ImageDataViewType(image.Height, image.Width);
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new AnyImage { Image = image } }, definition);
        return estimator.Fit(rows).Transform(rows).GetColumn<float[]>("Pixels").Single();
    }

    private static MLImage FirstImage(IDataView images)
    {
        using DataViewRowCursor cursor = images.GetRowCursor([images.Schema["Image"]]);
        Assert.True(cursor.MoveNext());
        MLImage image = null!;
        cursor.GetGetter<MLImage>(images.Schema["Image"])(ref image);
        string tag = image.Tag;
        MLImage copy = MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels);
        copy.Tag = tag;
        return copy;
    }

    private IDataView Rows(params string[] names) => ml.Data.LoadFromEnumerable(names.Select(name => new Row { Path = name }).ToArray());

    private ImageLoadingEstimator Load() => ml.Transforms.LoadImages("Image", folder, "Path");

    private EstimatorChain<ImageResizingTransformer> LoadAndResize(
        int width, int height,
        ImageResizingEstimator.ResizingKind kind = ImageResizingEstimator.ResizingKind.IsoCrop,
        ImageResizingEstimator.Anchor anchor = ImageResizingEstimator.Anchor.Center) =>
        Load().Append(ml.Transforms.ResizeImages("Small", width, height, "Image", kind, anchor));

    private sealed class Row
    {
        public string Path { get; set; } = "";
    }

    private sealed class InMemory
    {
        [ImageType(4, 4)]
        public MLImage? Image { get; set; }

        public string Name { get; set; } = "";
    }

    private sealed class AnyImage
    {
        [ImageType(1, 1)]
        public MLImage? Image { get; set; }
    }

    private sealed class TwelveValues
    {
        [VectorType(12)]
        public float[] Values { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float[] Pixels { get; set; } = [];

        [ImageType(3, 3)]
        public MLImage? Back { get; set; }
    }
}

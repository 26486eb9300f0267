using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.ML.Tests;

/// <summary>The whole way: file, image, smaller image, pixels, ONNX.</summary>
public sealed class OnnxImagePipelineTests : IDisposable
{
    private const int Pictures = 12;
    private readonly MLContext ml = new(1);
    private readonly string folder = Directory.CreateTempSubdirectory("pictures").FullName;
    private readonly string model = OnnxTestModel.Twice(OnnxTestModel.Float, "N", 3, 4, 4).Save();

    public OnnxImagePipelineTests()
    {
        for (int i = 0; i < Pictures; i++)
        {
            using MLImage image = MLImage.CreateFromPixels(8, 8, MLPixelFormat.Bgra32,
                Enumerable.Range(0, 64).SelectMany(_ => new byte[] { (byte)i, (byte)(10 * i), 100, 255 }).ToArray());
            image.Save(Path.Combine(folder, $"{i}.png"));
        }
    }

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        File.Delete(model);
    }

    [Fact]
    public void Pictures_are_scored_lazily_and_once()
    {
        OnnxCountingDataView rows = Rows();
        IDataView scored = Pipeline().Fit(rows).Transform(rows);
        Assert.Equal((0, 0), (rows.Rows, rows.Values));
        float[][] values = scored.GetColumn<float[]>("y").ToArray();
        Assert.Equal((1, Pictures, Pictures), (rows.Cursors, rows.Rows, rows.Values));
        Assert.All(Enumerable.Range(0, Pictures), i => Assert.Equal(Expected(i), values[i]));
    }

    [Fact]
    public void Columns_that_need_no_picture_load_none()
    {
        OnnxCountingDataView rows = Rows();
        IDataView scored = Pipeline().Fit(rows).Transform(rows);
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        Assert.Equal(Pictures, scored.GetColumn<string>("Path").Count());
        Assert.Throws<FileNotFoundException>(() => scored.GetColumn<float[]>("y").First());
    }

    [Fact]
    public void Several_cursors_at_once_give_the_same_scores()
    {
        OnnxCountingDataView rows = Rows();
        IDataView scored = Pipeline().Fit(rows).Transform(rows);
        var all = new float[6][][];
        Parallel.For(0, all.Length, new ParallelOptions { MaxDegreeOfParallelism = all.Length }, i => all[i] = scored.GetColumn<float[]>("y").ToArray());
        Assert.All(all, values => Assert.All(Enumerable.Range(0, Pictures), i => Assert.Equal(Expected(i), values[i])));
        Assert.Equal((6, 6 * Pictures), (rows.Cursors, rows.Rows));
    }

    [Fact]
    public void A_saved_pipeline_predicts_without_its_onnx_file()
    {
        OnnxCountingDataView rows = Rows();
        using var zip = new MemoryStream();
        ml.Model.Save(Pipeline().Fit(rows), rows.Schema, zip);
        File.Delete(model);
        zip.Position = 0;
        var fresh = new MLContext();
        ITransformer loaded = fresh.Model.Load(zip, out _);
        using (PredictionEngine<Picture, Answer> engine = fresh.Model.CreatePredictionEngine<Picture, Answer>(loaded))
        {
            Assert.Equal(Expected(7), engine.Predict(new Picture { Path = "7.png" }).Y);
            Assert.Equal(Expected(3), engine.Predict(new Picture { Path = "3.png" }).Y);
        }
    }

    private static float[] Expected(int picture) =>
        [.. Enumerable.Repeat(200f, 16), .. Enumerable.Repeat(20f * picture, 16), .. Enumerable.Repeat(2f * picture, 16)];

    private EstimatorChain<Microsoft.ML.Transforms.Onnx.OnnxTransformer> Pipeline() =>
        ml.Transforms.LoadImages("Image", folder, "Path")
            .Append(ml.Transforms.ResizeImages("Image", 4, 4))
            .Append(ml.Transforms.ExtractPixels("x", "Image"))
            .Append(ml.Transforms.ApplyOnnxModel("y", "x", model));

    private OnnxCountingDataView Rows() =>
        new(ml.Data.LoadFromEnumerable(Enumerable.Range(0, Pictures).Select(i => new Picture { Path = $"{i}.png" }).ToArray()));

    private sealed class Picture
    {
        public string Path { get; set; } = "";
    }

    private sealed class Answer
    {
        [ColumnName("y")]
        public float[] Y { get; set; } = [];
    }
}

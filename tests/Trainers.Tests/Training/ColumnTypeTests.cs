using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Training;

/// <summary>Columns of other types than expected, given to estimators, transformers and what reads rows by themselves, without a chain of ML.NET's that would look first.</summary>
public sealed class ColumnTypeTests(ColumnTypeTests.Models models) : IClassFixture<ColumnTypeTests.Models>, IDisposable
{
    private const int Count = 24, Size = 32;

    private static readonly Dictionary<string, Func<MLContext, string, IDataView>> Columns = new()
    {
        ["text"] = (ml, name) => Rows(ml, name, "a.png"),
        ["Double"] = (ml, name) => Rows(ml, name, 1.0),
        ["date"] = (ml, name) => Rows(ml, name, DateTime.UnixEpoch),
        ["vector of Double"] = (ml, name) => Rows(ml, name, new double[Size * Size], Size * Size),
        ["vector of Byte"] = (ml, name) => Rows(ml, name, new byte[Size * Size], Size * Size),
        ["vector of text"] = (ml, name) => Rows(ml, name, (string[])["a", "b"], 2),
        ["vector of unknown size"] = (ml, name) => Rows(ml, name, new float[Size * Size]),
        ["key"] = (ml, name) => ml.Transforms.Conversion.MapValueToKey(name).Fit(Rows(ml, name, "a.png")).Transform(Rows(ml, name, "a.png")),
    };

    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;
    private readonly MLContext ml = new(seed: 1);

    public static TheoryData<string, string> Families => Cross(Family.All.Keys, Columns.Keys);

    public static TheoryData<string, string> Labels => Cross(["Vae", "Gan", "AlexNet", "Torch"], ["date", "vector of text", "vector of unknown size"]);

    public static TheoryData<string, string> Readers => Cross(ByReader.Keys, ["text", "date", "vector of Double", "vector of text"]);

    // Each is given rows whose column Image is of another type.
    private static Dictionary<string, Action<MLContext, IDataView>> ByReader { get; } = new()
    {
        ["SaveGrid"] = (ml, rows) => ml.Images.SaveGrid(rows, "Image", Path.Combine(Path.GetTempPath(), "never.png")),
        ["InterpolateLatent"] = (ml, rows) => ml.Generative.InterpolateLatent(rows, steps: 2, columnName: "Image"),
        ["TraverseLatent"] = (ml, rows) => ml.Generative.TraverseLatent(rows, columnName: "Image"),
        ["AddLatent"] = (ml, rows) => ml.Generative.AddLatent(rows, [1], [1], columnName: "Image"),
        ["AttributeVector"] = (ml, rows) => ml.Generative.AttributeVector(rows, "a", columnName: "Image"),
        ["DetectOutliers"] = (ml, rows) => ml.Generative.DetectOutliers("Image").Fit(rows),
        ["GaussianMixture"] = (ml, rows) => ml.Generative.Trainers.GaussianMixture("Image").Fit(rows),
        ["DrawLatent"] = (ml, rows) => ml.Generative.DrawLatent(rows, "Image"),
        ["EvaluatePictures"] = (ml, rows) => ml.Generative.EvaluatePictures(rows, "Image", "Image"),
        ["FindNearestPictures"] = (ml, rows) => ml.Generative.FindNearestPictures(rows, rows, "Image"),
        ["ReadPredictions"] = (ml, rows) => ml.MulticlassClassification.ReadPredictions(rows, scoreColumnName: "Image"),
        ["EvaluateReport"] = (ml, rows) => ml.MulticlassClassification.EvaluateReport(ml, rows, new ClassificationReportOptions { ScoreColumnName = "Image" }),
    };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, MemberData(nameof(Families))]
    public void An_estimator_refuses_it_before_it_trains(string family, string column)
    {
        IDataView rows = Columns[column](ml, "Image");
        Refused(rows, "Image", () => Fit(family, rows, new() { Folder = folder }));
    }

    [Theory, MemberData(nameof(Families))]
    public void An_estimator_refuses_it_in_rows_held_out(string family, string column)
    {
        IDataView rows = Columns[column](ml, "Image");
        Refused(rows, "Image", () => Fit(family, Family.Rows(ml), new() { Folder = folder, Validation = rows }));
    }

    [Theory, MemberData(nameof(Families))]
    public void A_transformer_refuses_it(string family, string column)
    {
        IDataView rows = Columns[column](ml, "Image");
        ITransformer model = models.Of(family);
        Refused(rows, "Image", () => model.GetOutputSchema(rows.Schema));
        Refused(rows, "Image", () => model.GetRowToRowMapper(rows.Schema));
        Refused(rows, "Image", () => model.Transform(rows));
    }

    [Theory, MemberData(nameof(Labels))]
    public void A_label_that_is_none_is_refused(string family, string column)
    {
        IDataView rows = column switch
        {
            "date" => Beside(DateTime.UnixEpoch),
            "vector of text" => Beside((string[])["a", "b"]),
            _ => Beside((float[])[0, 1]),
        };
        Refused(rows, "Other", () => _ = family switch
        {
            "Vae" => (ITransformer)ml.Generative.Trainers.Vae(Quick(new VaeTrainer.Options { Architecture = VaeArchitecture.Mlp, LabelColumnName = "Other" })).Fit(rows),
            "Gan" => ml.Generative.Trainers.Dcgan(Quick(new DcganTrainer.Options { Network = DcganNetwork.Mnist32, LabelColumnName = "Other" })).Fit(rows),
            "AlexNet" => ml.MulticlassClassification.Trainers.AlexNet(ml, Quick(new AlexNetTrainer.Options { Network = AlexNetNetwork.Compact, LabelColumnName = "Other" })).Fit(rows),
            _ => ml.Torch.Estimator(_ => new Untrained(), Quick(new TorchEstimator.Options { LabelColumnName = "Other" })).Fit(rows),
        });
    }

    [Theory, MemberData(nameof(Readers))]
    public void What_reads_rows_refuses_it(string reader, string column)
    {
        IDataView rows = Columns[column](ml, "Image");
        Refused(rows, "Image", () => ByReader[reader](ml, rows));
    }

    [Theory]
    [InlineData("vector of Double")]
    [InlineData("vector of text")]
    [InlineData("text")]
    public void A_model_of_vectors_names_the_users_column(string column)
    {
        IDataView vectors = Rows(ml, "Features", new float[6], 6), rows = Columns[column](ml, "Features");
        using VaeTransformer vae = ml.Generative.Trainers.Vae(Quick(new VaeTrainer.Options { InputColumnName = "Features", LatentDimension = 2 })).Fit(vectors);
        Refused(rows, "Features", () => vae.Transform(rows));
        Refused(rows, "Features", () => vae.Evaluate(rows));
        IDataView latent = Columns[column](ml, "Latent");
        Refused(latent, "Latent", () => vae.Decoder.Transform(latent));
        Refused(rows, "Features", () => ml.Generative.Trainers.Vae(Quick(new VaeTrainer.Options { InputColumnName = "Features", LatentDimension = 2, ValidationSet = rows })).Fit(vectors));
    }

    // What ResizeImages gives, and rows of one's own.
    [Fact]
    public void Pictures_of_a_fixed_size_are_pictures()
    {
        IDataView pictures = ml.Transforms.ResizeImages("Image", Size, Size).Fit(Family.Rows(ml)).Transform(Family.Rows(ml));
        Assert.Equal((Size, Size), (((ImageDataViewType)pictures.Schema["Image"].Type).Height, ((ImageDataViewType)pictures.Schema["Image"].Type).Width));
        foreach (string family in Family.All.Keys)
        {
            ITransformer model = models.Of(family);
            Assert.NotNull(model.Transform(pictures).Schema.GetColumnOrNull(Family.All[family].Output));
            ((IDisposable)Family.All[family].Create(ml, new() { Folder = folder }).Fit(pictures)).Dispose();
        }
    }

    private static void Refused(IDataView rows, string column, Action act)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(act);
        Assert.Contains($"'{column}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(rows.Schema[column].Type.ToString()!, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("mlnetgen.", error.Message, StringComparison.Ordinal);
    }

    private IDataView Beside<T>(T value) => ml.Transforms.CustomMapping<Nothing, One<T>>((_, one) => one.Other = value, contractName: null).Fit(Family.Rows(ml)).Transform(Family.Rows(ml));

    private void Fit(string family, IDataView rows, QuickRun run) => Family.All[family].Create(ml, run with { AfterStep = () => throw new InvalidOperationException("it has trained") }).Fit(rows);

    private static TOptions Quick<TOptions>(TOptions options)
        where TOptions : TrainingOptions
    {
        (options.Epochs, options.BatchSize, options.Device, options.NumberOfThreads) = (1, 8, "cpu", 1);
        return options;
    }

    private static TheoryData<string, string> Cross(IEnumerable<string> ones, IEnumerable<string> others)
    {
        TheoryData<string, string> pairs = [];
        foreach (string one in ones)
            foreach (string other in others) pairs.Add(one, other);
        return pairs;
    }

    private static IDataView Rows<T>(MLContext ml, string name, T value, int size = 0)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Row<T>));
        SchemaDefinition.Column column = definition[nameof(Row<>.Value)];
        column.ColumnName = name;
        if (size > 0) column.ColumnType = new VectorDataViewType((PrimitiveDataViewType)((VectorDataViewType)column.ColumnType).ItemType, size);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, Count).Select(row => new Row<T> { Value = value, Label = row % 2 == 0 ? "a" : "b", Phase = 0.5f }), definition);
    }

    /// <summary>A trained model of each family, made when it is first asked for.</summary>
    public sealed class Models : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;
        private readonly Dictionary<string, ITransformer> models = [];

        public void Dispose()
        {
            foreach (ITransformer model in models.Values) ((IDisposable)model).Dispose();
            Directory.Delete(folder, recursive: true);
        }

        internal ITransformer Of(string family)
        {
            if (models.TryGetValue(family, out ITransformer? model)) return model;
            MLContext ml = new(seed: 1);
            return models[family] = Family.All[family].Create(ml, new() { Folder = folder }).Fit(Family.Rows(ml));
        }
    }

    private sealed class Untrained() : TrainingTask(nn.Sequential(nn.Flatten(), nn.Linear(Size * Size, 1)))
    {
        public override Tensor Loss(TrainingBatch batch) => throw new InvalidOperationException("it has trained");
    }

    private sealed class Nothing;

    private sealed class One<T>
    {
        public T Other { get; set; } = default!;
    }

    private sealed class Row<T>
    {
        public T Value { get; set; } = default!;

        public string Label { get; set; } = "";

        public float Phase { get; set; }
    }
}

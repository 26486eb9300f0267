using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen.Tests.AlexNet;

/// <summary>A classifier trained once, in ordinary ML.NET pipelines.</summary>
public sealed class AlexNetPipelineTests(AlexNetPipelineTests.Trained trained) : IClassFixture<AlexNetPipelineTests.Trained>
{
    public sealed class Trained : IDisposable
    {
        public Trained()
        {
            Train = Patterns.View(ML, 96);
            Test = Patterns.View(ML, 30, seed: 2);
            Keyed = ML.Transforms.Conversion.MapValueToKey("Label").Fit(Train).Transform(Train);
            Model = ML.MulticlassClassification.Trainers.AlexNet(ML, Options).Fit(Keyed);
            ML.Model.Save(Model, Keyed.Schema, Saved);
        }

        public MLContext ML { get; } = new(seed: 1);

        public IDataView Train { get; }

        public IDataView Test { get; }

        public IDataView Keyed { get; }

        public AlexNetTransformer Model { get; }

        public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;

        public string Saved => Path.Combine(Folder, "model.zip");

        public static AlexNetTrainer.Options Options => new()
        {
            Network = AlexNetNetwork.Compact,
            ImageSize = 16,
            Epochs = 8,
            BatchSize = 16,
            Seed = 1,
            NumberOfThreads = 1,
            TopK = 2,
            OutputFeatures = true,
        };

        public void Dispose()
        {
            Model.Dispose();
            Directory.Delete(Folder, recursive: true);
        }
    }

    private MLContext ML => trained.ML;

    [Fact]
    public void Transform_adds_scores_and_labels_and_nothing_else()
    {
        DataViewSchema schema = trained.Model.Transform(trained.Keyed).Schema;
        string[] added = [.. schema.Where(c => !c.IsHidden).Select(c => c.Name).Except(trained.Keyed.Schema.Select(c => c.Name))];
        Assert.Equal(["Features", "PredictedLabel", "Score", "TopLabels", "TopScores"], added.Order());
        Assert.Equal(3, ((VectorDataViewType)schema["Score"].Type).Size);
        Assert.Equal(512, ((VectorDataViewType)schema["Features"].Type).Size);
        Assert.Equal(2, ((VectorDataViewType)schema["TopScores"].Type).Size);
        Assert.Equal(3ul, Assert.IsType<KeyDataViewType>(schema["PredictedLabel"].Type).Count);
        Assert.Equal(Patterns.Classes, SlotNames(schema["Score"]));
        Assert.Equal(Patterns.Classes, KeyValues(schema["PredictedLabel"]));
    }

    [Fact]
    public void The_predicted_label_is_the_class_of_the_highest_score_and_the_first_of_the_top()
    {
        foreach (Answer row in Rows(trained.Model.Transform(trained.Test)))
        {
            int best = Array.IndexOf(row.Score, row.Score.Max());
            Assert.Equal((uint)best + 1, row.PredictedLabel);
            Assert.Equal(Patterns.Classes[best], row.TopLabels[0]);
            Assert.Equal(row.Score.Order().Reverse().Take(2), row.TopScores);
            Assert.Equal(row.TopScores, row.TopLabels.Select(label => row.Score[Array.IndexOf(Patterns.Classes, label)]));
            Assert.Equal(1, row.Score.Sum(), 1e-5);
        }
    }

    [Fact]
    public void It_learns_the_patterns_and_mlnet_evaluates_it()
    {
        IDataView keyed = ML.Transforms.Conversion.MapValueToKey("Label").Fit(trained.Test).Transform(trained.Test);
        IDataView scored = trained.Model.Transform(keyed);
        MulticlassClassificationMetrics metrics = ML.MulticlassClassification.Evaluate(scored, topKPredictionCount: 2);
        Answer[] rows = Rows(scored);
        uint[] labels = [.. keyed.GetColumn<uint>("Label")];
        Assert.Equal(rows.Zip(labels).Average(pair => pair.First.PredictedLabel == pair.Second ? 1.0 : 0), metrics.MicroAccuracy, 6);
        Assert.Equal(-rows.Zip(labels).Average(pair => Math.Log(pair.First.Score[pair.Second - 1])), metrics.LogLoss, 4);
        Assert.True(metrics.MicroAccuracy > 0.9, $"of plain patterns only {metrics.MicroAccuracy:P0} are told apart");
        Assert.True(metrics.TopKAccuracy >= metrics.MicroAccuracy);
    }

    [Fact]
    public void The_saved_model_gives_the_same_scores_and_labels()
    {
        ITransformer loaded = ML.Model.Load(trained.Saved, out _);
        foreach ((Answer a, Answer b) in Rows(trained.Model.Transform(trained.Test)).Zip(Rows(loaded.Transform(trained.Test))))
        {
            Assert.Equal(a.Score, b.Score);
            Assert.Equal(a.PredictedLabel, b.PredictedLabel);
            Assert.Equal(a.TopLabels, b.TopLabels);
            Assert.Equal(a.Features, b.Features);
        }
        Assert.Equal(Patterns.Classes, AlexNetTransformer.FromModel(ML, loaded).ClassNames);
    }

    [Fact]
    public void The_saved_model_is_a_chain_of_mlnets_own_transformers()
    {
        ITransformer[] chain = [.. Flatten(Assert.IsType<TransformerChain<ITransformer>>(ML.Model.Load(trained.Saved, out _)))];
        Assert.All(chain, t => Assert.StartsWith("Microsoft.ML", t.GetType().FullName, StringComparison.Ordinal));
        Assert.Contains(chain, t => t is OnnxTransformer);
    }

    [Fact]
    public void A_prediction_engine_says_the_label_as_text()
    {
        ITransformer whole = ML.Model.Load(trained.Saved, out _);
        ITransformer named = whole.Append(ML.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(whole.Transform(trained.Test)));
        using PredictionEngine<Patterns.Row, Named> engine = ML.Model.CreatePredictionEngine<Patterns.Row, Named>(named);
        Answer[] rows = Rows(trained.Model.Transform(trained.Test));
        foreach ((Patterns.Row picture, Answer row) in Patterns.Rows(30, seed: 2).Zip(rows))
            Assert.Equal(row.TopLabels[0], engine.Predict(picture).PredictedLabel);
    }

    [Fact]
    public void It_fits_inside_an_estimator_chain_whose_schema_is_known_before()
    {
        AlexNetTrainer.Options options = Trained.Options;
        options.Epochs = 1;
        var pipeline = ML.Transforms.Conversion.MapValueToKey("Label")
            .Append(ML.MulticlassClassification.Trainers.AlexNet(ML, options))
            .Append(ML.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        using var model = pipeline.Fit(trained.Train);
        Assert.IsType<TextDataViewType>(model.Transform(trained.Test).Schema["PredictedLabel"].Type);
    }

    [Theory]
    [InlineData("Number", "0", "10", "20")]
    [InlineData("OneHot", "0", "1", "2")]
    public void Labels_may_be_numbers_and_one_hot_vectors(string column, params string[] classes)
    {
        AlexNetTrainer.Options options = Trained.Options;
        options.LabelColumnName = column;
        options.Epochs = 1;
        using AlexNetTransformer model = ML.MulticlassClassification.Trainers.AlexNet(ML, options).Fit(trained.Train);
        Assert.Equal(classes, model.ClassNames);
        IDataView scored = model.Transform(trained.Test);
        IDataView valued = ML.Transforms.Conversion.MapKeyToValue("Value", "PredictedLabel").Fit(scored).Transform(scored);
        PrimitiveDataViewType expected = column == "Number" ? NumberDataViewType.Single : NumberDataViewType.Int32;
        Assert.Equal(expected, valued.Schema["Value"].Type);

        // The same inside a chain, which asks for the schema before there is a model.
        using var chain = ML.MulticlassClassification.Trainers.AlexNet(ML, options).Append(ML.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(trained.Train);
        Assert.Equal(expected, chain.Transform(trained.Test).Schema["PredictedLabel"].Type);
    }

    [Fact]
    public void Published_names_are_in_the_onnx_file_for_others()
    {
        trained.Model.SaveOnnx(trained.Folder);
        using Microsoft.ML.OnnxRuntime.InferenceSession session = new(Path.Combine(trained.Folder, "classifier.onnx"));
        Assert.Equal([-1, 3, 16, 16], session.InputMetadata["pixels"].Dimensions);
        Assert.Equal("""["across","down","squares"]""", session.ModelMetadata.CustomMetadataMap["labels"]);
        Assert.Equal(["Score", "Features"], session.OutputMetadata.Keys);
    }

    private Answer[] Rows(IDataView view) => [.. ML.Data.CreateEnumerable<Answer>(view, reuseRowObject: false)];

    private static IEnumerable<ITransformer> Flatten(ITransformer model) => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [model];

    private static string[] SlotNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static string[] KeyValues(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }

        public string[] TopLabels { get; set; } = [];

        public float[] TopScores { get; set; } = [];

        public float[] Features { get; set; } = [];
    }

    private sealed class Named
    {
        public string PredictedLabel { get; set; } = "";
    }
}

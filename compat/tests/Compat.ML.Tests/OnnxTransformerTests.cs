using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Onnx;

namespace Compat.ML.Tests;

public sealed class OnnxTransformerTests : IDisposable
{
    private readonly MLContext ml = new(1);
    private readonly List<string> files = [];
    private readonly string temporary = Directory.CreateTempSubdirectory("onnx").FullName;

    public void Dispose()
    {
        files.ForEach(File.Delete);
        Directory.Delete(temporary, recursive: true);
    }

    [Fact]
    public void Each_row_is_scored()
    {
        IDataView rows = Rows(5);
        using OnnxTransformer twice = ml.Transforms.ApplyOnnxModel("y", "x", Save(OnnxTestModel.Twice(OnnxTestModel.Float, "N", 3))).Fit(rows);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => new float[] { 2 * i, 20, -2 * i }), twice.Transform(rows).GetColumn<float[]>("y"));
    }

    [Fact]
    public void An_open_first_dimension_is_one_row()
    {
        IDataView rows = Rows(1);
        DataViewSchema schema = ml.Transforms.ApplyOnnxModel(Save(OnnxTestModel.Twice(OnnxTestModel.Float, "N", 3))).Fit(rows).GetOutputSchema(rows.Schema);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 1, 3), schema["y"].Type);
    }

    [Fact]
    public void Another_open_dimension_makes_a_vector_of_unknown_size()
    {
        string file = Save(OnnxTestModel.Twice(OnnxTestModel.Float, "N", "K"));
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new Variable { X = [1, 2] }, new Variable { X = [3, 4, 5, 6] } });
        OnnxScoringEstimator estimator = ml.Transforms.ApplyOnnxModel(file);
        using OnnxTransformer transformer = estimator.Fit(rows);
        Assert.False(((VectorDataViewType)transformer.GetOutputSchema(rows.Schema)["y"].Type).IsKnownSize);
        Assert.Equal("VarVector<Single>", estimator.GetOutputSchema(SchemaShape.Create(rows.Schema)).Single(column => column.Name == "y").GetTypeString());
        Assert.Equal([[2f, 4f], [6f, 8f, 10f, 12f]], transformer.Transform(rows).GetColumn<float[]>("y"));
    }

    [Fact]
    public void Given_shapes_replace_open_dimensions()
    {
        string file = Save(OnnxTestModel.Twice(OnnxTestModel.Float, "N", "H", "W"));
        IDataView rows = Rows(1);
        var estimator = ml.Transforms.ApplyOnnxModel(new OnnxOptions
        {
            ModelFile = file,
            InputColumns = ["x"],
            OutputColumns = ["y"],
            ShapeDictionary = new Dictionary<string, int[]> { ["x"] = [1, 1, 3], ["y"] = [1, 1, 3] },
        });
        IDataView scored = estimator.Fit(rows).Transform(rows);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 1, 1, 3), scored.Schema["y"].Type);
        Assert.Equal([0f, 20f, 0f], scored.GetColumn<float[]>("y").Single());
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.ApplyOnnxModel(
            Save(OnnxTestModel.Twice(OnnxTestModel.Float, 1, 3)), new Dictionary<string, int[]> { ["x"] = [1, 4] }));
        Assert.Contains("The specified shape 1,4 is not compatible with the shape 1,3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_open_dimensions_are_refused()
    {
        string file = Save(OnnxTestModel.Twice(OnnxTestModel.Float, "N", "H", "W"));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.ApplyOnnxModel(file).Fit(Rows(1)));
        Assert.Contains("Only 1 unknown dimension is allowed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_lengths_and_names_are_checked()
    {
        IDataView rows = Rows(1);
        Assert.Contains("Could not find input column 'x'", Assert.Throws<ArgumentOutOfRangeException>(() =>
            Twice().Fit(ml.Data.LoadFromEnumerable(new[] { new Other { Z = 1 } }))).Message, StringComparison.Ordinal);
        Assert.Contains("expected Double, got Vector<Single, 3>", Assert.Throws<ArgumentOutOfRangeException>(() =>
            ml.Transforms.ApplyOnnxModel(Save(OnnxTestModel.Twice(OnnxTestModel.Double, 1, 3))).Fit(rows)).Message, StringComparison.Ordinal);
        Assert.Contains("Input 'x' has shape 1,4, but input data is of length 3", Assert.Throws<InvalidOperationException>(() =>
            ml.Transforms.ApplyOnnxModel(Save(OnnxTestModel.Twice(OnnxTestModel.Float, 1, 4))).Fit(rows)).Message, StringComparison.Ordinal);
        Assert.Contains("Available output names are [y]", Assert.Throws<ArgumentOutOfRangeException>(() =>
            ml.Transforms.ApplyOnnxModel("absent", "x", Save(OnnxTestModel.Twice(OnnxTestModel.Float, 1, 3)))).Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => ml.Transforms.ApplyOnnxModel(Path.Combine(temporary, "absent.onnx")));
        string text = Path.Combine(temporary, "text.onnx");
        File.WriteAllText(text, "no model");
        Assert.StartsWith("Error initializing model :", Assert.Throws<InvalidOperationException>(() => ml.Transforms.ApplyOnnxModel(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_texts_and_single_values_go_in_and_out()
    {
        string file = Save(new OnnxTestModel()
            .Node("Add", ["n", "n"], ["n2"]).Node("Identity", ["t"], ["t2"]).Node("Add", ["d", "d"], ["d2"])
            .Input("n", OnnxTestModel.Int64, 1, 1).Input("t", OnnxTestModel.Text, 1, 2).Input("d", OnnxTestModel.Double, 1, 1)
            .Output("n2", OnnxTestModel.Int64, 1, 1).Output("t2", OnnxTestModel.Text, 1, 2).Output("d2", OnnxTestModel.Double, 1, 1));
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new Mixed { N = 21, T = ["a", "ß"], D = 0.5 } });
        Scored scored = ml.Data.CreateEnumerable<Scored>(ml.Transforms.ApplyOnnxModel(file).Fit(rows).Transform(rows), false).Single();
        Assert.Equal([42L], scored.N2);
        Assert.Equal(["a", "ß"], scored.T2);
        Assert.Equal([1.0], scored.D2);
    }

    [Fact]
    public void A_row_is_run_once_for_all_outputs_and_not_at_all_for_none()
    {
        string file = Save(new OnnxTestModel()
            .Node("Add", ["x", "x"], ["y"]).Node("Neg", ["x"], ["z"]).Input("x", OnnxTestModel.Float, "N", 3)
            .Output("y", OnnxTestModel.Float, "N", 3).Output("z", OnnxTestModel.Float, "N", 3));
        var counted = new OnnxCountingDataView(Rows(4));
        IDataView scored = ml.Transforms.ApplyOnnxModel(file).Fit(counted).Transform(counted);
        Assert.Equal((0, 0), (counted.Cursors, counted.Values));

        using (DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["y"], scored.Schema["z"]]))
        {
            ValueGetter<VBuffer<float>> y = cursor.GetGetter<VBuffer<float>>(scored.Schema["y"]);
            ValueGetter<VBuffer<float>> z = cursor.GetGetter<VBuffer<float>>(scored.Schema["z"]);
            VBuffer<float> value = default;
            while (cursor.MoveNext())
            {
                y(ref value);
                Assert.Equal(20, value.GetValues()[1]);
                z(ref value);
                Assert.Equal(-10, value.GetValues()[1]);
                z(ref value);
            }
        }
        Assert.Equal((1, 4, 4), (counted.Cursors, counted.Rows, counted.Values));

        using (DataViewRowCursor idle = scored.GetRowCursor([]))
        {
            while (idle.MoveNext())
            {
            }
        }
        Assert.Equal((2, 8, 4), (counted.Cursors, counted.Rows, counted.Values));
    }

    [Fact]
    public void Cursors_score_at_the_same_time()
    {
        IDataView rows = Rows(200);
        IDataView scored = Twice().Fit(rows).Transform(rows);
        float[][][] all = new float[4][][];
        Parallel.For(0, all.Length, i => all[i] = scored.GetColumn<float[]>("y").ToArray());
        Assert.All(all, values => Assert.Equal(Enumerable.Range(0, 200).Select(i => new float[] { 2 * i, 20, -2 * i }), values));
    }

    [Fact]
    public void A_suffix_of_output_is_taken_off_the_column_but_not_off_the_shape()
    {
        string file = Save(new OnnxTestModel().Node("Neg", ["x"], ["score.output"])
            .Input("x", OnnxTestModel.Float, 1, 3).Output("score.output", OnnxTestModel.Float, 1, 3));
        IDataView rows = Rows(1);
        OnnxScoringEstimator estimator = ml.Transforms.ApplyOnnxModel(file);
        Assert.Equal([0f, -10f, 0f], estimator.Fit(rows).Transform(rows).GetColumn<float[]>("score").Single());
        Assert.Equal(["x", "score.output"], estimator.GetOutputSchema(SchemaShape.Create(rows.Schema)).Select(column => column.Name));
    }

    [Fact]
    public void Slot_names_come_from_the_graph()
    {
        string file = Save(OnnxTestModel.Twice(OnnxTestModel.Float, 1, 3).Texts("slots", "a")
            .Node("LabelEncoder", ["slots"], ["unused"], "mlnet.y.SlotNames", "ai.onnx.ml",
                OnnxTestModel.Strings("keys_strings", "cat", "dog", "große Eule"), OnnxTestModel.Integers("values_int64s", 0, 1, 2)));
        IDataView rows = Rows(1);
        DataViewSchema schema = ml.Transforms.ApplyOnnxModel(file).Fit(rows).GetOutputSchema(rows.Schema);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["y"].Annotations.GetValue("SlotNames", ref names);
        Assert.Equal(["cat", "dog", "große Eule"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void A_saved_model_needs_no_file_and_its_temporary_one_goes_with_the_transformer()
    {
        IDataView rows = Rows(3);
        string file = Save(OnnxTestModel.Twice(OnnxTestModel.Float, "N", 3));
        var zip = new MemoryStream();
        using (OnnxTransformer transformer = ml.Transforms.ApplyOnnxModel("y", "x", file).Fit(rows))
            ml.Model.Save(transformer, rows.Schema, zip);
        File.Delete(file);

        var fresh = new MLContext { TempFilePath = temporary };
        zip.Position = 0;
        ITransformer loaded = fresh.Model.Load(zip, out _);
        Assert.Single(Directory.GetFiles(temporary));
        Assert.Equal([4f, 20f, -4f], loaded.Transform(rows).GetColumn<float[]>("y").Last());

        // What was loaded can be saved again.
        var second = new MemoryStream();
        fresh.Model.Save(loaded, rows.Schema, second);
        ((IDisposable)loaded).Dispose();
        Assert.Empty(Directory.GetFiles(temporary));
        second.Position = 0;
        ITransformer again = fresh.Model.Load(second, out _);
        Assert.Equal([2f, 20f, -2f], again.Transform(rows).GetColumn<float[]>("y").ElementAt(1));
        ((IDisposable)again).Dispose();
    }

    [Fact]
    public void Given_shapes_are_saved()
    {
        IDataView rows = Rows(1);
        var shapes = new Dictionary<string, int[]> { ["x"] = [1, 1, 3], ["y"] = [1, 1, 3] };
        using OnnxTransformer transformer = ml.Transforms.ApplyOnnxModel(Save(OnnxTestModel.Twice(OnnxTestModel.Float, "N", "H", "W")), shapes).Fit(rows);
        var zip = new MemoryStream();
        ml.Model.Save(transformer, rows.Schema, zip);
        zip.Position = 0;
        ITransformer loaded = ml.Model.Load(zip, out _);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 1, 1, 3), loaded.GetOutputSchema(rows.Schema)["y"].Type);
        ((IDisposable)loaded).Dispose();
    }

    [Fact]
    public void Saving_reads_the_file_again()
    {
        IDataView rows = Rows(1);
        string file = Save(OnnxTestModel.Twice(OnnxTestModel.Float, "N", 3));
        using OnnxTransformer transformer = ml.Transforms.ApplyOnnxModel("y", "x", file).Fit(rows);
        File.Delete(file);
        Assert.Throws<FileNotFoundException>(() => ml.Model.Save(transformer, rows.Schema, new MemoryStream()));
    }

    [Fact]
    public void A_model_may_come_from_a_stream()
    {
        var fresh = new MLContext { TempFilePath = temporary };
        IDataView rows = Rows(1);
        using var bytes = new MemoryStream(OnnxTestModel.Twice(OnnxTestModel.Float, "N", 3).ToBytes());
        using OnnxTransformer transformer = fresh.Transforms.ApplyOnnxModel("y", "x", bytes).Fit(rows);
        Assert.Equal([0f, 20f, 0f], transformer.Transform(rows).GetColumn<float[]>("y").Single());
    }

    [Fact]
    public void A_prediction_engine_runs_every_example()
    {
        using PredictionEngine<Three, Answer> engine = ml.Model.CreatePredictionEngine<Three, Answer>(Twice().Fit(Rows(1)));
        Assert.Equal([2f, 4f, 6f], engine.Predict(new Three { X = [1, 2, 3] }).Y);
        Assert.Equal([0f, 0f, -8f], engine.Predict(new Three { X = [0, 0, -4] }).Y);
    }

    [Fact]
    public void Session_options_of_the_context_count_over_everything()
    {
        var fresh = new MLContext();
        int made = 0;
        fresh.SetOnnxSessionOption(new OnnxSessionOptions
        {
            CreateSessionOptions = () =>
            {
                made++;
                return new SessionOptions { IntraOpNumThreads = 1 };
            },
        });
        Assert.NotNull(fresh.GetOnnxSessionOption());
        IDataView rows = Rows(1);
        using OnnxTransformer transformer = fresh.Transforms.ApplyOnnxModel("y", "x", Save(OnnxTestModel.Twice(OnnxTestModel.Float, "N", 3)), gpuDeviceId: 0).Fit(rows);
        Assert.Equal(1, made);
        Assert.Equal([0f, 20f, 0f], transformer.Transform(rows).GetColumn<float[]>("y").Single());
    }

    [Fact]
    public void A_device_that_is_not_there_falls_back_only_where_allowed()
    {
        string file = Save(OnnxTestModel.Twice(OnnxTestModel.Float, "N", 3));
        IDataView rows = Rows(1);
        using OnnxTransformer transformer = ml.Transforms.ApplyOnnxModel("y", "x", file, gpuDeviceId: 99, fallbackToCpu: true).Fit(rows);
        Assert.Equal([0f, 20f, 0f], transformer.Transform(rows).GetColumn<float[]>("y").Single());
        Assert.ThrowsAny<Exception>(() => ml.Transforms.ApplyOnnxModel("y", "x", file, gpuDeviceId: 99));
    }

    [Fact]
    public void Threads_can_be_set()
    {
        IDataView rows = Rows(1);
        using OnnxTransformer transformer = ml.Transforms.ApplyOnnxModel(new OnnxOptions
        {
            ModelFile = Save(OnnxTestModel.Twice(OnnxTestModel.Float, "N", 3)),
            InputColumns = ["x"],
            OutputColumns = ["y"],
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
        }).Fit(rows);
        Assert.Equal([0f, 20f, 0f], transformer.Transform(rows).GetColumn<float[]>("y").Single());
    }

    [Fact]
    public void A_sparse_vector_is_scored_dense()
    {
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { new Sparse { X = new VBuffer<float>(3, 1, [7f], [2]) } });
        Assert.Equal([0f, 0f, 14f], Twice().Fit(rows).Transform(rows).GetColumn<float[]>("y").Single());
    }

    private OnnxScoringEstimator Twice() => ml.Transforms.ApplyOnnxModel("y", "x", Save(OnnxTestModel.Twice(OnnxTestModel.Float, "N", 3)));

    private IDataView Rows(int count) =>
        ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Three { X = [i, 10, -i] }).ToArray());

    private string Save(OnnxTestModel model)
    {
        files.Add(model.Save());
        return files[^1];
    }

    private sealed class Three
    {
        [VectorType(3), ColumnName("x")]
        public float[] X { get; set; } = [];
    }

    private sealed class Variable
    {
        [ColumnName("x")]
        public float[] X { get; set; } = [];
    }

    private sealed class Sparse
    {
        [VectorType(3), ColumnName("x")]
        public VBuffer<float> X { get; set; }
    }

    private sealed class Other
    {
        public float Z { get; set; }
    }

    private sealed class Mixed
    {
        [ColumnName("n")]
        public long N { get; set; }

        [VectorType(2), ColumnName("t")]
        public string[] T { get; set; } = [];

        [ColumnName("d")]
        public double D { get; set; }
    }

    private sealed class Scored
    {
        [ColumnName("n2")]
        public long[] N2 { get; set; } = [];

        [ColumnName("t2")]
        public string[] T2 { get; set; } = [];

        [ColumnName("d2")]
        public double[] D2 { get; set; } = [];
    }

    private sealed class Answer
    {
        [ColumnName("y")]
        public float[] Y { get; set; } = [];
    }
}

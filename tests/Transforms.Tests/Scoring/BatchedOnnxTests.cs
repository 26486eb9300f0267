using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using static MLNetGen.Onnx.Format.TensorProto.Types;

namespace MLNetGen.Tests;

/// <summary>What comes out of batches is what ML.NET's OnnxTransformer gives.</summary>
public sealed class BatchedOnnxTests : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly SmallModel layer = SmallModel.Layer();

    public void Dispose() => layer.Dispose();

    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 8)]
    [InlineData(8, 8)]
    [InlineData(9, 8)]
    [InlineData(100, 8)]
    [InlineData(100, 1)]
    [InlineData(5, 64)]
    public void Rows_are_what_OnnxTransformer_gives_in_their_order(int rows, int batchSize)
    {
        IDataView view = ScoringRow.View(ml, rows);
        using BatchedOnnxTransformer batched = Batched(layer, batchSize).Fit(view);
        IDataView ours = batched.Transform(view);
        Compared.Same(Plain(layer, view).Transform(view), ours);
        Assert.Null(batched.Report.OneAtATime);
        Assert.Equal(Enumerable.Range(0, rows), ours.GetColumn<int>("Number"));
    }

    [Fact]
    public void Scores_are_the_formula()
    {
        using BatchedOnnxTransformer batched = Batched(layer, 4).Fit(ScoringRow.View(ml, 0));
        List<float[]> scores = Rows.Vectors(batched.Transform(ScoringRow.View(ml, 10)), "Scores");
        for (int row = 0; row < scores.Count; row++)
        {
            float[] features = ScoringRow.Of(row).Features;
            for (int j = 0; j < 4; j++)
                Assert.Equal(Math.Tanh(Enumerable.Range(0, 6).Sum(i => features[i] * Math.Sin((i * 4) + j))), scores[row][j], 1e-5);
        }
    }

    [Fact]
    public void Numbers_that_are_none_and_sparse_vectors_are_as_in_OnnxTransformer()
    {
        IDataView view = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new SparseRow
        {
            Features = i % 3 == 0 ? new VBuffer<float>(6, 1, [float.NaN], [i % 6]) : i % 3 == 1 ? new VBuffer<float>(6, 0, [], []) : new VBuffer<float>(6, [1, float.PositiveInfinity, 3, 4, 5, i]),
        }));
        using BatchedOnnxTransformer batched = Batched(layer, 8).Fit(view);
        Compared.Same(Plain(layer, view).Transform(view), batched.Transform(view), "Scores");
        Assert.Null(batched.Report.OneAtATime);
    }

    [Fact]
    public void A_vector_of_another_size_than_its_columns_ends_the_rows_as_in_OnnxTransformer()
    {
        IDataView view = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new SparseRow { Features = new VBuffer<float>(i == 11 ? 0 : 6, new float[6]) }));
        using BatchedOnnxTransformer batched = Batched(layer, 8).Fit(view);
        foreach (IDataView rows in (IDataView[])[Plain(layer, view).Transform(view), batched.Transform(view)])
        {
            int read = 0;
            Assert.ThrowsAny<Exception>(() =>
            {
                using DataViewRowCursor cursor = rows.GetRowCursor([rows.Schema["Scores"]]);
                Func<object> scores = Compared.Reader(cursor, rows.Schema["Scores"]);
                while (cursor.MoveNext())
                {
                    scores();
                    read++;
                }
            });
            Assert.InRange(read, 0, 11);
        }
        Assert.Equal("row 11", Assert.Throws<InvalidOperationException>(() => Rows.Vectors(batched.Transform(view), "Scores")).Message.Split(':')[0]);
    }

    [Fact]
    public void Several_inputs_and_outputs_of_other_types_and_scalars_are_as_in_OnnxTransformer()
    {
        using SmallModel model = new SmallModel()
            .Input("Single", DataType.Float, null, 3).Input("Double", DataType.Double, null, 2).Input("Flags", DataType.Bool, null, 2).Input("Bytes", DataType.Uint8, null, 4)
            .Input("Number", DataType.Int64, null, 1).Input("Words", DataType.String, null, 2)
            .Node("Neg", ["Single"], ["MinusSingle"]).Node("Neg", ["Double"], ["MinusDouble"]).Node("Not", ["Flags"], ["NoFlags"]).Node("Identity", ["Bytes"], ["SameBytes"])
            .Node("Add", ["Number", "Number"], ["Twice"]).Node("Identity", ["Words"], ["SameWords"])
            .Node("LabelEncoder", ["Words"], ["Codes"], ("keys_strings", new[] { "a", "bc" }), ("values_int64s", new[] { 7L, 8L }), ("default_int64", -1L))
            .Output("MinusSingle", DataType.Float, null, 3).Output("MinusDouble", DataType.Double, null, 2).Output("NoFlags", DataType.Bool, null, 2)
            .Output("SameBytes", DataType.Uint8, null, 4).Output("Twice", DataType.Int64, null, 1).Output("SameWords", DataType.String, null, 2).Output("Codes", DataType.Int64, null, 2)
            .Write();
        IDataView view = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 11).Select(i => new MixedRow
        {
            Single = [i, i + 1, i + 2],
            Double = [i / 3.0, -i],
            Flags = [i % 2 == 0, i % 3 == 0],
            Bytes = [(byte)i, 2, 3, 4],
            Number = i,
            Day = new DateTime(2026, 1, 1 + i),
            Time = TimeSpan.FromSeconds(i),
            Words = [i % 2 == 0 ? "a" : "bc", $"ü{i}"],
        }));
        using BatchedOnnxTransformer batched = Batched(model, 4).Fit(view);
        Compared.Same(Plain(model, view).Transform(view), batched.Transform(view));
        Assert.Null(batched.Report.OneAtATime);
        Assert.Equal(["a", "ü10"], ((string[])Compared.All(batched.Transform(view), "SameWords")[10][0]));
    }

    [Fact]
    public void Sequences_are_OnnxTransformers_own_and_vectors_beside_them_are_run_in_batches()
    {
        using SmallModel model = new SmallModel()
            .Input("Features", DataType.Float, null, 6)
            .Node("Identity", ["Features"], ["Scores"])
            .Node("ZipMap", ["Features"], ["Maps"], ("classlabels_strings", new[] { "a", "b", "c", "d", "e", "f" }))
            .Output("Scores", DataType.Float, null, 6).MapOutput("Maps").Write();
        IDataView view = ScoringRow.View(ml, 20);
        using BatchedOnnxTransformer batched = Batched(model, 8).Fit(view);
        IDataView ours = batched.Transform(view), theirs = Plain(model, view).Transform(view);
        Compared.Same(theirs, ours, "Maps", "Scores", "Number");
        Compared.Same(theirs, ours, "Scores", "Number");
        using DataViewRowCursor cursor = ours.GetRowCursor([ours.Schema["Scores"]]);
        Assert.IsType<BatchedCursor>(cursor);
    }

    [Fact]
    public void Vectors_of_unknown_size_are_as_in_OnnxTransformer()
    {
        using SmallModel model = new SmallModel().Input("Features", DataType.Float, null, null).Node("Neg", ["Features"], ["Minus"]).Output("Minus", DataType.Float, null, null).Write();
        IDataView view = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 9).Select(i => new FreeRow { Features = new float[i] }));
        using BatchedOnnxTransformer batched = Batched(model, 4).Fit(view);
        Compared.Same(Plain(model, view).Transform(view), batched.Transform(view), "Minus");
    }

    [Fact]
    public void Shapes_of_the_dictionary_take_the_place_of_free_axes()
    {
        using SmallModel model = new SmallModel().Input("Features", DataType.Float, null, null).Node("Neg", ["Features"], ["Minus"]).Output("Minus", DataType.Float, null, null).Write();
        Dictionary<string, int[]> shapes = new() { ["Features"] = [1, 6], ["Minus"] = [1, 6] };
        IDataView view = ScoringRow.View(ml, 21);
        OnnxTransformer plain = ml.Transforms.ApplyOnnxModel(new OnnxOptions { ModelFile = model.Path, InputColumns = ["Features"], OutputColumns = ["Minus"], ShapeDictionary = shapes }).Fit(view);
        using BatchedOnnxTransformer batched = ml.Transforms.ApplyOnnxModelBatched(ml, new BatchedOnnxEstimator.Options { ModelFile = model.Path, ShapeDictionary = shapes, BatchSize = 8 }).Fit(view);
        foreach (ITransformer transformer in (ITransformer[])[batched, plain.WithBatching(8)])
        {
            IDataView ours = transformer.Transform(view);
            Compared.Same(plain.Transform(view), ours);
            using DataViewRowCursor cursor = ours.GetRowCursor([ours.Schema["Minus"]]);
            Assert.IsType<BatchedCursor>(cursor);
        }
    }

    [Fact]
    public void A_column_that_hides_another_stands_where_OnnxTransformer_puts_it()
    {
        using SmallModel model = new SmallModel().Input("Features", DataType.Float, null, 6).Node("Neg", ["Features"], ["Name"]).Output("Name", DataType.Float, null, 6).Write();
        IDataView view = ScoringRow.View(ml, 9);
        using BatchedOnnxTransformer batched = Batched(model, 4).Fit(view);
        IDataView ours = batched.Transform(view);
        Compared.Same(Plain(model, view).Transform(view), ours);
        // The hidden one can be read too, by its column.
        DataViewSchema.Column hidden = ours.Schema.Single(column => column.Name == "Name" && column.IsHidden);
        using DataViewRowCursor cursor = ours.GetRowCursor([hidden, ours.Schema["Name"]]);
        Func<object> read = Compared.Reader(cursor, hidden);
        Assert.True(cursor.MoveNext() && cursor.MoveNext());
        Assert.Equal("row 1", read());
    }

    [Fact]
    public void Pictures_and_what_is_read_beside_them_are_as_in_OnnxTransformer()
    {
        using SmallModel model = new SmallModel().Input("Pixels", DataType.Float, null, 3, 4, 5).Node("ReduceMean", ["Pixels"], ["Means"], ("axes", new[] { 2L, 3L }), ("keepdims", 0L))
            .Output("Means", DataType.Float, null, 3).Write();
        IDataView pictures = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 19).Select(i => new PictureRow { Number = i, Image = PictureOf(i) }), PictureRow.Definition());
        IEstimator<ITransformer> pixels = ml.Transforms.ExtractPixels("Pixels", "Image");
        ITransformer plain = pixels.Append(ml.Transforms.ApplyOnnxModel("Means", "Pixels", model.Path)).Fit(pictures);
        ITransformer batched = plain.WithBatching(4);
        Compared.Same(plain.Transform(pictures), batched.Transform(pictures), "Means", "Number");
        IDataView ours = batched.Transform(pictures);
        using DataViewRowCursor cursor = ours.GetRowCursor([ours.Schema["Image"], ours.Schema["Means"]]);
        ValueGetter<MLImage> getImage = cursor.GetGetter<MLImage>(ours.Schema["Image"]);
        Func<object> means = Compared.Reader(cursor, ours.Schema["Means"]);
        for (int i = 0; i < 19; i++)
        {
            Assert.True(cursor.MoveNext());
            MLImage image = null!;
            getImage(ref image);
            // Bgra: the picture's green is its number, as the network sees it.
            Assert.Equal((byte)(10 * i), image.Pixels[1]);
            Assert.Equal(10f * i, ((float[])means())[1], 1e-3);
        }
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void Shuffled_rows_keep_their_own_values()
    {
        IDataView view = ml.Data.ShuffleRows(ScoringRow.View(ml, 50), seed: 3);
        using BatchedOnnxTransformer batched = Batched(layer, 8).Fit(view);
        IDataView ours = batched.Transform(view);
        List<object[]> rows = Compared.All(ours.GetRowCursor(ours.Schema, new Random(5)), "Number", "Scores", "Name");
        Assert.Equal(Enumerable.Range(0, 50), rows.Select(row => (int)row[0]).Order());
        List<float[]> scores = Rows.Vectors(Plain(layer, view).Transform(ScoringRow.View(ml, 50)), "Scores");
        foreach (object[] row in rows)
        {
            Assert.Equal(scores[(int)row[0]], (float[])row[1], (a, b) => Math.Abs(a - b) < 1e-6);
            Assert.Equal($"row {row[0]}", row[2]);
        }
    }

    [Fact]
    public void The_shape_told_before_fitting_is_OnnxTransformers()
    {
        SchemaShape shape = SchemaShapes.Of(ml, ScoringRow.View(ml, 0).Schema);
        Assert.Equal(
            ml.Transforms.ApplyOnnxModel(layer.Path).GetOutputSchema(shape).Select(column => $"{column.Name} {column.Kind} {column.ItemType}"),
            Batched(layer, 8).GetOutputSchema(shape).Select(column => $"{column.Name} {column.Kind} {column.ItemType}"));
    }

    [Fact]
    public void A_file_may_come_as_a_stream()
    {
        IDataView view = ScoringRow.View(ml, 9);
        byte[] bytes = File.ReadAllBytes(layer.Path);
        using BatchedOnnxTransformer batched = ml.Transforms.ApplyOnnxModelBatched(ml, new BatchedOnnxEstimator.Options { Model = new MemoryStream(bytes), BatchSize = 4 }).Fit(view);
        Compared.Same(Plain(layer, view).Transform(view), batched.Transform(view));
    }

    [Fact]
    public void What_is_wrong_with_the_options_is_named()
    {
        Assert.Equal("BatchSize", Assert.Throws<ArgumentOutOfRangeException>(() => Batched(layer, 0)).ParamName);
        Assert.Equal("Threads", Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.ApplyOnnxModelBatched(ml, new BatchedOnnxEstimator.Options { ModelFile = layer.Path, Threads = 0 })).ParamName);
        Assert.Throws<ArgumentException>(() => ml.Transforms.ApplyOnnxModelBatched(ml, new BatchedOnnxEstimator.Options()));
        Assert.Throws<FileNotFoundException>(() => ml.Transforms.ApplyOnnxModelBatched(ml, new BatchedOnnxEstimator.Options { ModelFile = "none.onnx" }));
        Assert.Equal("ExecutionProviders", Assert.Throws<ArgumentException>(() => Plain(layer, ScoringRow.View(ml, 0)).WithBatching(new OnnxBatchingOptions { ExecutionProviders = [] })).ParamName);
    }

    private static MLImage PictureOf(int number)
    {
        byte[] bgra = new byte[4 * 4 * 5];
        for (int i = 0; i < bgra.Length; i += 4) (bgra[i], bgra[i + 1], bgra[i + 2], bgra[i + 3]) = ((byte)number, (byte)(10 * number), (byte)(255 - number), 255);
        return MLImage.CreateFromPixels(5, 4, MLPixelFormat.Bgra32, bgra);
    }

    private BatchedOnnxEstimator Batched(SmallModel model, int batchSize) => ml.Transforms.ApplyOnnxModelBatched(ml, new BatchedOnnxEstimator.Options { ModelFile = model.Path, BatchSize = batchSize, Threads = 2 });

    // An estimator that learns nothing; the rows tell only whether its columns are there.
    private OnnxTransformer Plain(SmallModel model, IDataView view) => ml.Transforms.ApplyOnnxModel(model.Path).Fit(view);

    private sealed class SparseRow
    {
        [VectorType(6)]
        public VBuffer<float> Features { get; set; }
    }

    private sealed class FreeRow
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class MixedRow
    {
        [VectorType(3)]
        public float[] Single { get; set; } = [];

        [VectorType(2)]
        public double[] Double { get; set; } = [];

        [VectorType(2)]
        public bool[] Flags { get; set; } = [];

        [VectorType(4)]
        public byte[] Bytes { get; set; } = [];

        public long Number { get; set; }

        public DateTime Day { get; set; }

        public TimeSpan Time { get; set; }

        [VectorType(2)]
        public string[] Words { get; set; } = [];
    }

    private sealed class PictureRow
    {
        public int Number { get; set; }

        public MLImage? Image { get; set; }

        public static SchemaDefinition Definition()
        {
            PictureTypes.Register(new Microsoft.ML.Transforms.Image.ImageDataViewType(4, 5));
            SchemaDefinition definition = SchemaDefinition.Create(typeof(PictureRow));
            definition[nameof(Image)].ColumnType = new Microsoft.ML.Transforms.Image.ImageDataViewType(4, 5);
            return definition;
        }
    }
}

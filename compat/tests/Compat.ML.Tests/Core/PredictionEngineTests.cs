using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.ML.Tests;

public class PredictionEngineTests
{
    private readonly MLContext ml = new(seed: 1);
    private int runs;

    private ITransformer Model()
    {
        IDataView data = ml.Data.LoadFromEnumerable(new[] { new Point { Features = [1, 2, 3], Name = "a" }, new Point { Features = [4, 5, 6], Name = "b" } });
        return ml.Transforms.CustomMapping<Point, Sum>((source, target) =>
            {
                runs++;
                target.Total = source.Features.Sum();
            }, null)
            .Append(ml.Transforms.Concatenate("Both", "Total", "X"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Label", "Name"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Again", "Label"))
            .Fit(data);
    }

    [Fact]
    public void Each_prediction_is_of_its_own_example()
    {
        using PredictionEngine<Point, Answer> engine = ml.Model.CreatePredictionEngine<Point, Answer>(Model());
        Answer first = engine.Predict(new Point { X = 7, Features = [1, 2, 3], Name = "b" });
        Answer second = engine.Predict(new Point { X = 8, Features = [10, 20, 30], Name = "?" });
        Assert.Equal([6f, 7], first.Both);
        Assert.Equal("b", first.Again);
        Assert.Equal([60f, 8], second.Both);
        Assert.Equal("", second.Again);
        Assert.NotSame(first.Both, second.Both);
        Assert.Equal(2, runs);
    }

    [Fact]
    public void Prediction_into_an_object_fills_that_object()
    {
        using PredictionEngine<Point, Answer> engine = ml.Model.CreatePredictionEngine<Point, Answer>(Model());
        var answer = new Answer { Both = new float[2] };
        float[] array = answer.Both;
        Answer same = answer;
        engine.Predict(new Point { X = 1, Features = [1, 1, 1] }, ref answer);
        Assert.Same(same, answer);
        Assert.Same(array, answer.Both);
        Assert.Equal([3f, 1], array);
    }

    [Fact]
    public void Output_schema_is_that_of_the_transformed_example()
    {
        using PredictionEngine<Point, Answer> engine = ml.Model.CreatePredictionEngine<Point, Answer>(Model());
        Assert.Equal(["X", "Features", "Name", "Total", "Both", "Label", "Again"], engine.OutputSchema.Select(column => column.Name));
    }

    [Fact]
    public void Members_without_a_column_are_left_alone_unless_they_must_be_there()
    {
        using PredictionEngine<Point, Extra> engine = ml.Model.CreatePredictionEngine<Point, Extra>(Model());
        Assert.Equal(-1, engine.Predict(new Point { Features = [1, 2, 3] }).Unknown);
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Model.CreatePredictionEngine<Point, Extra>(Model(), ignoreMissingColumns: false));
    }

    [Fact]
    public void Saved_schema_gives_the_members_their_sizes()
    {
        IDataView data = ml.Data.LoadFromEnumerable(new[] { new Point { Features = [1, 2, 3] } });
        ITransformer model = ml.Transforms.Concatenate("All", "Features", "X").Fit(data);
        using PredictionEngine<AnySize, All> engine = ml.Model.CreatePredictionEngine<AnySize, All>(model, data.Schema);
        Assert.Equal(4, ((VectorDataViewType)engine.OutputSchema["All"].Type).Size);
        var error = Assert.Throws<InvalidOperationException>(() => ml.Model.CreatePredictionEngine<Sum, All>(model, data.Schema));
        Assert.Contains("Type should contain a member named", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Engine_disposes_the_transformer_that_it_owns()
    {
        var owned = new Disposable();
        ml.Model.CreatePredictionEngine<Sum, Sum>(owned).Dispose();
        Assert.Equal(1, owned.Disposals);
        var lent = new Disposable();
        ml.Model.CreatePredictionEngine<Sum, Sum>(lent, new PredictionEngineOptions { OwnsTransformer = false }).Dispose();
        Assert.Equal(0, lent.Disposals);
        using var chain = new TransformerChain<ITransformer>(owned, lent);
        ml.Model.CreatePredictionEngine<Sum, Sum>(chain).Dispose();
        Assert.Equal((2, 1), (owned.Disposals, lent.Disposals));
    }

    [Fact]
    public void Cached_shuffled_rows_train_a_chain_that_saves_loads_and_predicts()
    {
        Point[] points = Enumerable.Range(0, 20).Select(i => new Point { X = i, Features = [i, i + 1, i + 2], Name = $"n{i % 3}" }).ToArray();
        var source = new CountingView(ml.Data.LoadFromEnumerable(points));
        IDataView rows = ml.Data.ShuffleRows(ml.Data.Cache(source), seed: 2);
        ITransformer model = ml.Transforms.CopyColumns("Copy", "Features")
            .Append(ml.Transforms.Conversion.MapValueToKey("Label", "Name"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Again", "Label"))
            .Fit(rows);
        Assert.Equal(["Name"], Assert.Single(source.Requests));
        using var stream = new MemoryStream();
        ml.Model.Save(model, rows.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = ml.Model.Load(stream, out DataViewSchema schema);
        Assert.Equal(["X", "Features", "Name"], schema.Select(column => column.Name));
        using PredictionEngine<Point, Answer> engine = ml.Model.CreatePredictionEngine<Point, Answer>(loaded);
        Assert.Equal("n2", engine.Predict(new Point { Features = [1, 2, 3], Name = "n2" }).Again);
        Assert.Equal(points.Select(point => point.Name).Order(), loaded.Transform(rows).GetColumn<string>("Again").Order());
        Assert.Single(source.Requests);
    }

    private sealed class Sum
    {
        public float Total { get; set; }
    }

    private sealed class Answer
    {
        public float[] Both { get; set; } = [];

        public string Again { get; set; } = "";
    }

    private sealed class Extra
    {
        public int Unknown { get; set; } = -1;

        public float Total { get; set; }
    }

    private sealed class AnySize
    {
        public float X { get; set; }

        public float[] Features { get; set; } = [];

        public string Name { get; set; } = "";
    }

    private sealed class All
    {
        [ColumnName("All")]
        public float[] Values { get; set; } = [];
    }

    private sealed class Disposable : ITransformer, IDisposable
    {
        private readonly ITransformer inner = new TransformerChain<ITransformer>();

        public int Disposals { get; private set; }

        public bool IsRowToRowMapper => true;

        public void Dispose() => Disposals++;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IDataView Transform(IDataView input) => input;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

        public void Save(ModelSaveContext ctx)
        {
        }
    }
}

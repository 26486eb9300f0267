using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.ML.Tests;

public class LazinessTests
{
    private readonly MLContext ml = new(seed: 1);
    private int runs;

    private IDataView Numbers(int count) =>
        ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Numbered { Id = i, Value = i / 2f }).ToArray());

    private IEstimator<ITransformer> Squares() => ml.Transforms.CustomMapping<Numbered, Squared>((source, target) =>
    {
        runs++;
        target.Square = source.Value * source.Value;
        target.Twice = 2 * source.Value;
    }, contractName: null);

    [Fact]
    public void Mapping_runs_only_when_its_column_is_read()
    {
        IDataView squared = Squares().Fit(Numbers(10)).Transform(Numbers(10));
        Assert.Equal(0, runs);
        Assert.Equal(10, squared.GetColumn<int>("Id").Count());
        Assert.Equal(0, runs);
        Assert.Equal(20.25f, squared.GetColumn<float>("Square").Last());
        Assert.Equal(10, runs);
    }

    [Fact]
    public void Mapping_runs_once_a_row_for_several_columns_and_repeated_reads()
    {
        IDataView squared = Squares().Fit(Numbers(3)).Transform(Numbers(3));
        using DataViewRowCursor cursor = squared.GetRowCursor(squared.Schema);
        ValueGetter<float> square = cursor.GetGetter<float>(squared.Schema["Square"]);
        ValueGetter<float> twice = cursor.GetGetter<float>(squared.Schema["Twice"]);
        while (cursor.MoveNext())
        {
            float value = 0;
            square(ref value);
            square(ref value);
            twice(ref value);
            Assert.Equal(cursor.Position, value);
        }
        Assert.Equal(3, runs);
    }

    [Fact]
    public void Rows_that_are_not_reached_are_not_mapped()
    {
        IDataView squared = Squares().Fit(Numbers(1000)).Transform(Numbers(1000));
        Assert.Equal(4, squared.GetColumn<float>("Square").Take(4).Count());
        Assert.Equal(4, runs);
    }

    [Fact]
    public void Source_is_asked_only_for_what_the_wanted_column_reads()
    {
        var source = new CountingView(ml.Data.LoadFromEnumerable(new[] { new Point { Features = [1, 2, 3] } }));
        EstimatorChain<Microsoft.ML.Transforms.ColumnSelectingTransformer> chain = ml.Transforms.CopyColumns("Copy", "Name")
            .Append(ml.Transforms.Concatenate("All", "X", "Features"))
            .Append(ml.Transforms.DropColumns("Name"));
        IDataView data = chain.Fit(source).Transform(source);
        Assert.Empty(source.Requests);
        Assert.Equal("", Assert.Single(data.GetColumn<string>("Copy")));
        Assert.Equal(["Name"], Assert.Single(source.Requests));
        Assert.Equal([0f, 1, 2, 3], Assert.Single(data.GetColumn<float[]>("All")));
        Assert.Equal(["X", "Features"], source.Requests[1]);
    }

    [Fact]
    public void Fit_of_a_chain_transforms_the_rows_for_each_next_estimator()
    {
        var seen = new List<string>();
        var chain = new EstimatorChain<ITransformer>()
            .Append(new Recording("first", seen))
            .Append(new Recording("second", seen));
        TransformerChain<ITransformer> model = chain.Fit(Numbers(2));
        Assert.Equal(["first shape", "second shape", "first fit", "first schema", "second fit", "second schema"], seen);
        Assert.Equal(2, model.Count());
    }

    [Fact]
    public void Cache_reads_its_source_once_a_column_and_only_the_columns_asked_for()
    {
        var source = new CountingView(Numbers(5));
        IDataView cached = ml.Data.Cache(source);
        Assert.Empty(source.Requests);
        Assert.Equal([0, 1, 2, 3, 4], cached.GetColumn<int>("Id"));
        Assert.Equal([0, 1, 2, 3, 4], cached.GetColumn<int>("Id"));
        Assert.Equal(["Id"], Assert.Single(source.Requests));
        Assert.Equal([0f, 0.5f, 1, 1.5f, 2], cached.GetColumn<float>("Value"));
        Assert.Equal(2, source.Requests.Count);
    }

    [Fact]
    public void Prefetched_column_comes_with_the_first_pass()
    {
        var source = new CountingView(Numbers(5));
        IDataView cached = ml.Data.Cache(source, "Value");
        _ = cached.GetColumn<int>("Id").Count();
        _ = cached.GetColumn<float>("Value").Count();
        Assert.Equal(["Id", "Value"], Assert.Single(source.Requests));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ml.Data.Cache(source, "Nothing"));
        Assert.Contains("Could not find prefetch column 'Nothing'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cache_checkpoint_spares_the_estimators_before_it()
    {
        var chain = Squares().AppendCacheCheckpoint(ml).Append(new Reading("Square")).Append(new Reading("Square"));
        chain.Fit(Numbers(6));
        Assert.Equal(6, runs);
    }

    [Fact]
    public void Row_mapper_forwards_position_and_keeps_its_schemas()
    {
        ITransformer model = Squares().Fit(Numbers(1));
        DataViewSchema schema = Numbers(1).Schema;
        IRowToRowMapper mapper = model.GetRowToRowMapper(schema);
        Assert.Same(schema, mapper.InputSchema);
        Assert.Same(mapper.OutputSchema, mapper.OutputSchema);
        Assert.Equal(["Id", "Value"], mapper.GetDependencies([mapper.OutputSchema["Square"]]).Select(column => column.Name));
        Assert.Equal(["Id"], mapper.GetDependencies([mapper.OutputSchema["Id"]]).Select(column => column.Name));
        IDataView data = Numbers(3);
        IRowToRowMapper bound = model.GetRowToRowMapper(data.Schema);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        DataViewRow row = bound.GetRow(cursor, bound.OutputSchema);
        Assert.Same(bound.OutputSchema, row.Schema);
        cursor.MoveNext();
        cursor.MoveNext();
        Assert.Equal(1, row.Position);
        DataViewRowId id = default;
        row.GetIdGetter()(ref id);
        Assert.Equal(new DataViewRowId(1, 0), id);
    }

    private sealed class Squared
    {
        public float Square { get; set; }

        public float Twice { get; set; }
    }

    /// <summary>An estimator that writes down what is asked of it, and changes nothing.</summary>
    private sealed class Recording(string name, List<string> seen) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input)
        {
            seen.Add($"{name} fit");
            return new Transformer(name, seen);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            seen.Add($"{name} shape");
            return inputSchema;
        }

        private sealed class Transformer(string name, List<string> seen) : ITransformer
        {
            public bool IsRowToRowMapper => false;

            public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

            public IDataView Transform(IDataView input)
            {
                seen.Add($"{name} schema");
                return input;
            }

            public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

            public void Save(ModelSaveContext ctx)
            {
            }
        }
    }

    /// <summary>An estimator that reads a column of its training rows.</summary>
    private sealed class Reading(string column) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input)
        {
            Assert.NotEmpty(input.GetColumn<float>(column).ToArray());
            return new TransformerChain<ITransformer>();
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }
}

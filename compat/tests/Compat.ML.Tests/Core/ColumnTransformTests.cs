using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.ML.Tests;

public class ColumnTransformTests
{
    private readonly MLContext ml = new(seed: 1);

    private IDataView Points => ml.Data.LoadFromEnumerable(new[]
    {
        new Point { X = 1, Features = [2, 3, 4], Name = "a" },
        new Point { X = 5, Features = [6, 7, 8], Name = "b" },
    });

    private IDataView Apply(IEstimator<ITransformer> estimator) => estimator.Fit(Points).Transform(Points);

    [Fact]
    public void Column_that_hides_another_stands_right_after_it()
    {
        DataViewSchema schema = Apply(ml.Transforms.CopyColumns("X", "Name")).Schema;
        Assert.Equal(["X", "X", "Features", "Name"], schema.Select(column => column.Name));
        Assert.True(schema[0].IsHidden);
        Assert.Equal(TextDataViewType.Instance, schema["X"].Type);
    }

    [Fact]
    public void Hidden_columns_go_or_stay_as_selected()
    {
        IEstimator<ITransformer> copy = ml.Transforms.CopyColumns("X", "Name");
        Assert.Equal(["Name", "X"], Apply(copy.Append(ml.Transforms.SelectColumns("Name", "X"))).Schema.Select(column => column.Name));
        Assert.Equal(["X", "X"], Apply(copy.Append(ml.Transforms.SelectColumns(["X"], keepHidden: true))).Schema.Select(column => column.Name));
        Assert.Equal(["X", "X"], Apply(copy.Append(ml.Transforms.DropColumns("Features", "Name"))).Schema.Select(column => column.Name));
        Assert.Equal(["a", "b"], Apply(copy.Append(ml.Transforms.SelectColumns("X"))).GetColumn<string>("X"));
    }

    [Fact]
    public void Concatenation_flattens_scalars_and_vectors_and_takes_a_column_twice()
    {
        IDataView data = Apply(ml.Transforms.Concatenate("All", "X", "Features", "X"));
        Assert.Equal([[1f, 2, 3, 4, 1], [5f, 6, 7, 8, 5]], data.GetColumn<float[]>("All"));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 5), data.Schema["All"].Type);
    }

    [Fact]
    public void Concatenation_names_the_slots_of_scalars()
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        Apply(ml.Transforms.Concatenate("All", "X", "Features")).Schema["All"].GetSlotNames(ref names);
        Assert.Equal(["X", "", "", ""], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void Concatenation_of_different_types_is_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Apply(new EstimatorChain<ITransformer>().Append(ml.Transforms.Concatenate("All", "X", "Name"))));
        Assert.Contains("Column 'Name' has type of String, but expected column type is Single", error.Message, StringComparison.Ordinal);
        var late = Assert.Throws<ArgumentOutOfRangeException>(() => Apply(ml.Transforms.Concatenate("All", "X", "Name")));
        Assert.Contains("Schema mismatch for input column 'Name': expected Single, got String", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Concatenation_of_mostly_empty_vectors_is_sparse()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(SparseRow));
        definition["Items"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 10);
        IDataView data = ml.Data.LoadFromEnumerable(new[] { new SparseRow { Items = new VBuffer<float>(10, 1, [7f], [3]) } }, definition);
        IDataView all = ml.Transforms.Concatenate("All", "Items", "Items").Fit(data).Transform(data);
        VBuffer<float> value = Assert.Single(all.GetColumn<VBuffer<float>>("All"));
        Assert.False(value.IsDense);
        Assert.Equal([3, 13], value.GetIndices().ToArray());
        Assert.Equal(20, value.Length);
    }

    [Fact]
    public void Missing_input_column_is_named()
    {
        foreach (IEstimator<ITransformer> estimator in new IEstimator<ITransformer>[]
        {
            ml.Transforms.CopyColumns("A", "Nothing"), ml.Transforms.Concatenate("A", "Nothing"), ml.Transforms.SelectColumns("Nothing"),
            ml.Transforms.Conversion.MapValueToKey("Nothing"), ml.Transforms.Conversion.ConvertType("Nothing"),
        })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => Apply(new EstimatorChain<ITransformer>().Append(estimator)));
            Assert.Contains("Could not find input column 'Nothing'", error.Message, StringComparison.Ordinal);
        }
    }

    private sealed class SparseRow
    {
        public VBuffer<float> Items { get; set; }
    }
}

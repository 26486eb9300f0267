using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Compat.ML.Tests;

public class ModelSavingTests
{
    private readonly MLContext ml = new(seed: 1);

    private IDataView Points => ml.Data.LoadFromEnumerable(new[]
    {
        new Point { X = 1, Features = [2, 3, 4], Name = "a" },
        new Point { X = 5, Features = [6, 7, 8], Name = "b" },
    });

    private (ITransformer Model, DataViewSchema Schema) SavedAndLoaded(ITransformer model, DataViewSchema? schema)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out DataViewSchema loadedSchema);
        return (loaded, loadedSchema);
    }

    [Fact]
    public void Loaded_chain_does_what_the_saved_one_did()
    {
        var chain = ml.Transforms.Concatenate("All", "X", "Features")
            .Append(ml.Transforms.Conversion.MapValueToKey("Key", "Name"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Back", "Key"))
            .Append(ml.Transforms.Conversion.MapValue("Code", new Dictionary<string, float[]> { ["b"] = [1, 2] }, "Name"))
            .Append(ml.Transforms.Conversion.ConvertType("Wide", "X", DataKind.Double))
            .Append(ml.Transforms.CopyColumns("Name", "X"))
            .Append(ml.Transforms.SelectColumns(["Name", "All", "Key", "Back", "Code", "Wide"], keepHidden: true));
        TransformerChain<ColumnSelectingTransformer> model = chain.Fit(Points);
        (ITransformer loaded, _) = SavedAndLoaded(model, Points.Schema);
        IDataView expected = model.Transform(Points);
        IDataView actual = loaded.Transform(Points);
        Assert.Equal(expected.Schema.Select(column => column.ToString()), actual.Schema.Select(column => column.ToString()));
        Assert.Equal(expected.Schema.Select(column => column.IsHidden), actual.Schema.Select(column => column.IsHidden));
        Assert.Equal([[1f, 2, 3, 4], [5f, 6, 7, 8]], actual.GetColumn<float[]>("All"));
        Assert.Equal([1u, 2], actual.GetColumn<uint>("Key"));
        Assert.Equal(["a", "b"], actual.GetColumn<string>("Back"));
        Assert.Equal([[], [1f, 2]], actual.GetColumn<float[]>("Code"));
        Assert.Equal([1.0, 5.0], actual.GetColumn<double>("Wide"));
        Assert.Equal([1f, 5f], actual.GetColumn<float>("Name"));
    }

    [Fact]
    public void Input_schema_comes_back_with_its_annotations()
    {
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Name").Fit(Points).Transform(Points);
        ITransformer model = ml.Transforms.CopyColumns("Copy", "X").Fit(keyed);
        (_, DataViewSchema schema) = SavedAndLoaded(model, keyed.Schema);
        Assert.Equal(keyed.Schema.Select(column => (column.Name, column.Type, column.IsHidden)), schema.Select(column => (column.Name, column.Type, column.IsHidden)));
        VBuffer<ReadOnlyMemory<char>> values = default;
        schema["Name"].GetKeyValues(ref values);
        Assert.Equal(["a", "b"], values.DenseValues().Select(value => value.ToString()));
        Assert.Null(SavedAndLoaded(model, null).Schema);
    }

    [Fact]
    public void Chains_within_chains_keep_their_scopes()
    {
        var inner = new TransformerChain<ITransformer>(ml.Transforms.CopyColumns("A", "X").Fit(Points));
        var outer = new TransformerChain<ITransformer>()
            .Append<ITransformer>(inner)
            .Append(ml.Transforms.CopyColumns("B", "X").Fit(Points), TransformerScope.Training);
        (ITransformer loaded, _) = SavedAndLoaded(outer, null);
        var chain = Assert.IsType<TransformerChain<ITransformer>>(loaded);
        Assert.IsType<TransformerChain<ITransformer>>(chain.First());
        Assert.IsType<ColumnCopyingTransformer>(chain.LastTransformer);
        Assert.NotNull(chain.Transform(Points).Schema.GetColumnOrNull("A"));
        Assert.Null(chain.Transform(Points).Schema.GetColumnOrNull("B"));
        Assert.NotNull(chain.Transform(Points, TransformerScope.Training).Schema.GetColumnOrNull("B"));
    }

    [Fact]
    public void Custom_mapping_comes_back_through_its_factory()
    {
        ITransformer model = ml.Transforms.CustomMapping(new DoublingFactory().GetMapping(), DoublingFactory.Contract).Fit(Points);
        (ITransformer loaded, _) = SavedAndLoaded(model, null);
        Assert.Equal([2f, 10], loaded.Transform(Points).GetColumn<float>("Double"));
    }

    [Fact]
    public void Custom_mapping_without_a_contract_cannot_be_saved()
    {
        ITransformer model = ml.Transforms.CustomMapping<Scalar, Doubled>((source, target) => target.Double = source.X, null).Fit(Points);
        var error = Assert.Throws<InvalidOperationException>(() => SavedAndLoaded(model, null));
        Assert.Contains("Empty contract name", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Contract_without_a_factory_is_named_on_loading()
    {
        ITransformer model = ml.Transforms.CustomMapping<Scalar, Doubled>((source, target) => target.Double = source.X, "nobody makes this").Fit(Points);
        var error = Assert.Throws<InvalidOperationException>(() => SavedAndLoaded(model, null));
        Assert.Contains("'nobody makes this'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transformer_of_ones_own_that_delegates_is_saved_as_what_it_wraps()
    {
        var wrapper = new Wrapper(new TransformerChain<ITransformer>(
            ml.Transforms.CopyColumns("A", "X").Fit(Points), ml.Transforms.Concatenate("B", "A", "X").Fit(Points)));
        (ITransformer loaded, _) = SavedAndLoaded(new TransformerChain<ITransformer>(wrapper), Points.Schema);
        ITransformer inner = Assert.Single((TransformerChain<ITransformer>)loaded);
        Assert.Equal(2, Assert.IsType<TransformerChain<ITransformer>>(inner).Count());
        Assert.Equal([[1f, 1], [5f, 5]], loaded.Transform(Points).GetColumn<float[]>("B"));
    }

    [Fact]
    public void Transformer_that_saves_nothing_is_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => SavedAndLoaded(new Wrapper(null), null));
        Assert.Contains("ModelSignature not specified!", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_is_no_model_is_refused()
    {
        using var text = new MemoryStream("this is not a zip file"u8.ToArray());
        Assert.Contains("not a saved model", Assert.Throws<FormatException>(() => ml.Model.Load(text, out _)).Message, StringComparison.Ordinal);
        using var empty = new MemoryStream();
        Assert.Throws<FormatException>(() => ml.Model.Load(empty, out _));
        using MemoryStream zip = Zip("readme.txt");
        Assert.Contains("not a saved model", Assert.Throws<FormatException>(() => ml.Model.Load(zip, out _)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => ml.Model.Load(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), out _));
    }

    [Fact]
    public void Model_of_the_real_package_is_refused_by_name()
    {
        using MemoryStream real = Zip("TransformerChain/Model.key", "Schema", "Version.txt");
        var error = Assert.Throws<FormatException>(() => ml.Model.Load(real, out _));
        Assert.Contains("saved by the Microsoft.ML package", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TransformerChain/Data")]
    [InlineData("TransformerChain/Loader")]
    [InlineData("Schema")]
    public void Damaged_model_is_refused(string damagedEntry)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(ml.Transforms.Concatenate("All", "X", "Features").Fit(Points), Points.Schema, stream);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            archive.GetEntry(damagedEntry)!.Delete();
            using Stream entry = archive.CreateEntry(damagedEntry).Open();
            entry.Write([3, 65]);
        }
        stream.Position = 0;
        var error = Assert.Throws<FormatException>(() => ml.Model.Load(stream, out _));
        Assert.Contains(damagedEntry.Split('/')[0], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_of_custom_types_are_left_out_of_the_saved_schema()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Custom", new CustomType());
        builder.AddColumn("Text", TextDataViewType.Instance);
        ITransformer model = ml.Transforms.CopyColumns("Copy", "X").Fit(Points);
        Assert.Equal("Text", Assert.Single(SavedAndLoaded(model, builder.ToSchema()).Schema).Name);
        var alone = new DataViewSchema.Builder();
        alone.AddColumn("Custom", new CustomType());
        var error = Assert.Throws<InvalidOperationException>(() => SavedAndLoaded(model, alone.ToSchema()));
        Assert.Contains("No valid columns to save", error.Message, StringComparison.Ordinal);
    }

    private static MemoryStream Zip(params string[] names)
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string name in names)
                archive.CreateEntry(name).Open().Dispose();
        }
        stream.Position = 0;
        return stream;
    }

    private sealed class CustomType() : StructuredDataViewType(typeof(object))
    {
        public override bool Equals(DataViewType? other) => other is CustomType;

        public override bool Equals(object? obj) => obj is CustomType;

        public override int GetHashCode() => 1;
    }

    public sealed class Scalar
    {
        public float X { get; set; }
    }

    public sealed class Doubled
    {
        public float Double { get; set; }
    }

    [CustomMappingFactoryAttribute(Contract)]
    public sealed class DoublingFactory : CustomMappingFactory<Scalar, Doubled>
    {
        public const string Contract = "doubling";

        public override Action<Scalar, Doubled> GetMapping() => (source, target) => target.Double = 2 * source.X;
    }

    /// <summary>A third party's transformer: everything goes to the chain inside. Without one it saves nothing.</summary>
    private sealed class Wrapper(TransformerChain<ITransformer>? inner) : ITransformer
    {
        private ITransformer Inner => inner!;

        public bool IsRowToRowMapper => Inner.IsRowToRowMapper;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Inner.GetOutputSchema(inputSchema);

        public IDataView Transform(IDataView input) => Inner.Transform(input);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Inner.GetRowToRowMapper(inputSchema);

        void ICanSaveModel.Save(ModelSaveContext ctx) => (inner as ICanSaveModel)?.Save(ctx);
    }
}

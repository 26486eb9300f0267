using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.ML.Tests;

public class SchemaShapeTests
{
    private readonly MLContext ml = new(seed: 1);

    /// <summary>The shape of a class's columns, by the one public way there is.</summary>
    private SchemaShape ShapeOf<T>(SchemaDefinition? definition = null)
        where T : class, new() =>
        ml.Transforms.CustomMapping<Nothing, T>((_, _) => { }, null, null, definition).GetOutputSchema(new SchemaShape([]));

    private static SchemaShape.Column Find(SchemaShape shape, string name) => shape.Single(column => column.Name == name);

    [Fact]
    public void Custom_mapping_gives_exact_kinds_keys_and_annotations()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Output));
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), 3);
        definition["Label"].AddAnnotation("KeyValues", new[] { "a", "b", "c" }, new VectorDataViewType(TextDataViewType.Instance, 3));
        definition["Scores"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3);
        SchemaShape shape = ShapeOf<Output>(definition);
        SchemaShape.Column label = Find(shape, "Label");
        Assert.True(label.IsKey);
        Assert.Equal(NumberDataViewType.UInt32, label.ItemType);
        SchemaShape.Column values = Assert.Single(label.Annotations);
        Assert.Equal(("KeyValues", SchemaShape.Column.VectorKind.Vector), (values.Name, values.Kind));
        Assert.Equal(SchemaShape.Column.VectorKind.Vector, Find(shape, "Scores").Kind);
        Assert.Equal(SchemaShape.Column.VectorKind.VariableVector, Find(ShapeOf<Output>(), "Scores").Kind);
        Assert.Equal(SchemaShape.Column.VectorKind.Scalar, Find(shape, "Text").Kind);
    }

    [Fact]
    public void Shape_flows_through_a_chain()
    {
        SchemaShape shape = ml.Transforms.Conversion.MapValueToKey("Key", "Text")
            .Append(ml.Transforms.CopyColumns("Copy", "Key"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Back", "Copy"))
            .Append(ml.Transforms.SelectColumns("Back", "Copy"))
            .GetOutputSchema(ShapeOf<Output>());
        Assert.Equal(["Back", "Copy"], shape.Select(column => column.Name).Order());
        Assert.Equal(TextDataViewType.Instance, Find(shape, "Back").ItemType);
        Assert.True(Find(shape, "Copy").IsKey);
    }

    [Fact]
    public void Key_without_values_cannot_be_mapped_back()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Output));
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), 3);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            ml.Transforms.Conversion.MapKeyToValue("Label").GetOutputSchema(ShapeOf<Output>(definition)));
        Assert.Contains("Input column 'Label' doesn't contain key values metadata", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.Conversion.MapKeyToValue("Text").GetOutputSchema(ShapeOf<Output>()));
        Assert.Contains("expected KeyType, got String", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Custom_mapping_takes_vectors_of_known_size_where_any_size_will_do()
    {
        IEstimator<ITransformer> any = ml.Transforms.CustomMapping<AnySize, Nothing>((_, _) => { }, null);
        IEstimator<ITransformer> four = ml.Transforms.CustomMapping<FourScores, Nothing>((_, _) => { }, null);
        SchemaDefinition known = SchemaDefinition.Create(typeof(Output));
        known["Scores"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3);
        any.GetOutputSchema(ShapeOf<Output>(known));
        any.GetOutputSchema(ShapeOf<Output>());
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => four.GetOutputSchema(ShapeOf<Output>()));
        Assert.Contains("Schema mismatch for input column 'Scores': expected Vector<Single, 4>, got VarVector<Single>", error.Message, StringComparison.Ordinal);
    }

    private sealed class Nothing
    {
    }

    private sealed class Output
    {
        public uint Label { get; set; }

        public float[] Scores { get; set; } = [];

        public string Text { get; set; } = "";
    }

    private sealed class AnySize
    {
        public float[] Scores { get; set; } = [];
    }

    private sealed class FourScores
    {
        [VectorType(4)]
        public float[] Scores { get; set; } = [];
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests;

public class SchemaShapesTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Kinds_items_and_keys_are_those_of_the_types()
    {
        var shape = SchemaShapes.Append(ml, new SchemaShape([]),
            new DataViewSchema.DetachedColumn("Image", new ImageDataViewType(4, 6)),
            new DataViewSchema.DetachedColumn("Known", new VectorDataViewType(NumberDataViewType.Single, 5)),
            new DataViewSchema.DetachedColumn("Unknown", new VectorDataViewType(NumberDataViewType.Single)),
            new DataViewSchema.DetachedColumn("Text", TextDataViewType.Instance),
            new DataViewSchema.DetachedColumn("Key", new KeyDataViewType(typeof(uint), 10)));

        Assert.Equal(["Image", "Known", "Unknown", "Text", "Key"], shape.Select(c => c.Name));
        Assert.Equal(
            [Scalar, Vector, SchemaShape.Column.VectorKind.VariableVector, Scalar, Scalar], shape.Select(c => c.Kind));
        // ML.NET 5.0.1 overrides Equals(DataViewType) of pictures and not Equals(object), which Assert.Equal asks.
        var image = Assert.IsType<ImageDataViewType>(shape[0].ItemType);
        Assert.Equal((4, 6), (image.Height, image.Width));
        Assert.Equal<DataViewType>(
            [NumberDataViewType.Single, NumberDataViewType.Single, TextDataViewType.Instance, NumberDataViewType.UInt32],
            shape.Skip(1).Select(c => c.ItemType));
        Assert.Equal([false, false, false, false, true], shape.Select(c => c.IsKey));
        Assert.All(shape, c => Assert.Empty(c.Annotations));
    }

    [Fact]
    public void Annotations_are_kept_by_name_and_type()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, 2),
            (ref VBuffer<ReadOnlyMemory<char>> values) => values = new(2, ["cat".AsMemory(), "dog".AsMemory()]));
        annotations.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true);
        var column = new DataViewSchema.DetachedColumn("Key", new KeyDataViewType(typeof(uint), 2), annotations.ToAnnotations());

        var shape = SchemaShapes.Append(ml, new SchemaShape([]), column)[0];

        Assert.Equal(["IsNormalized", "KeyValues"], shape.Annotations.Select(a => a.Name).Order());
        var keyValues = shape.Annotations.Single(a => a.Name == "KeyValues");
        Assert.Equal((Vector, (DataViewType)TextDataViewType.Instance), (keyValues.Kind, keyValues.ItemType));
    }

    [Fact]
    public void Column_of_the_same_name_is_replaced_in_place()
    {
        var input = SchemaShapes.Of(ml, ml.Images.MoonPhases(1).Schema);
        var shape = SchemaShapes.Append(ml, input, new DataViewSchema.DetachedColumn("Label", NumberDataViewType.Single), new DataViewSchema.DetachedColumn("New", NumberDataViewType.Byte));
        Assert.Equal(["Image", "Label", "Path", "Phase", "Tilt", "Radius", "New"], shape.Select(c => c.Name));
        Assert.Equal(NumberDataViewType.Single, shape[1].ItemType);
        Assert.Equal(TextDataViewType.Instance, input[1].ItemType);
    }

    [Fact]
    public void Shape_of_a_view_is_what_real_estimators_promise_of_it()
    {
        var view = ml.Images.MoonPhases(20);
        var chain = ml.Transforms.ResizeImages("Small", 16, 16, "Image")
            .Append(ml.Transforms.ExtractPixels("Pixels", "Small"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Key", "Label"))
            .Append(ml.Transforms.CopyColumns("Copy", "Pixels"));

        var promised = chain.GetOutputSchema(SchemaShapes.Of(ml, view.Schema));
        var kept = SchemaShapes.Of(ml, chain.Fit(view).Transform(view).Schema);

        Assert.Equal(promised.Select(c => c.Name).Order(), kept.Select(c => c.Name).Order());
        foreach (var column in promised.Where(c => c.ItemType is not ImageDataViewType))
            Assert.Equal(Describe(column), Describe(kept.Single(c => c.Name == column.Name)));
    }

    [Fact]
    public void Key_declared_with_key_values_may_be_mapped_back_in_a_chain()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, 2),
            (ref VBuffer<ReadOnlyMemory<char>> values) => values = new(2, ["cat".AsMemory(), "dog".AsMemory()]));
        var type = new KeyDataViewType(typeof(uint), 2);
        var back = ml.Transforms.Conversion.MapKeyToValue("PredictedLabel");

        var bare = SchemaShapes.Append(ml, new SchemaShape([]), new DataViewSchema.DetachedColumn("PredictedLabel", type));
        Assert.ThrowsAny<Exception>(() => { _ = back.GetOutputSchema(bare); });
        var declared = SchemaShapes.Append(ml, new SchemaShape([]), new DataViewSchema.DetachedColumn("PredictedLabel", type, annotations.ToAnnotations()));
        Assert.Equal(TextDataViewType.Instance, back.GetOutputSchema(declared)[0].ItemType);
    }

    private static SchemaShape.Column.VectorKind Scalar => SchemaShape.Column.VectorKind.Scalar;

    private static SchemaShape.Column.VectorKind Vector => SchemaShape.Column.VectorKind.Vector;

    private static string Describe(SchemaShape.Column column) =>
        $"{column.Name} {column.Kind} {column.ItemType} {column.IsKey} [{string.Join(", ", column.Annotations.OrderBy(a => a.Name).Select(Describe))}]";
}

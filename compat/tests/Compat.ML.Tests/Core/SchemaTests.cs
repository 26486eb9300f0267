using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.ML.Tests;

public class SchemaTests
{
    [Fact]
    public void Last_column_of_a_name_hides_the_others()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("B", TextDataViewType.Instance);
        builder.AddColumn("A", NumberDataViewType.Int32);
        DataViewSchema schema = builder.ToSchema();
        Assert.Equal(3, schema.Count);
        Assert.True(schema[0].IsHidden);
        Assert.Equal(2, schema["A"].Index);
        Assert.Null(schema.GetColumnOrNull("C"));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => schema["C"]);
        Assert.Contains("Column 'C' not found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_print_as_the_documentation_shows_them()
    {
        Assert.Equal("Single", NumberDataViewType.Single.ToString());
        Assert.Equal("String", TextDataViewType.Instance.ToString());
        Assert.Equal("Key<UInt32, 0-9>", new KeyDataViewType(typeof(uint), 10).ToString());
        Assert.Equal("Vector<Single, 5>", new VectorDataViewType(NumberDataViewType.Single, 5).ToString());
        Assert.Equal("Vector<Single>", new VectorDataViewType(NumberDataViewType.Single).ToString());
        Assert.Equal("Vector<Byte, 2, *>", new VectorDataViewType(NumberDataViewType.Byte, 2, 0).ToString());
    }

    [Fact]
    public void Equal_vectors_and_keys_are_equal_types()
    {
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2, 3), new VectorDataViewType(NumberDataViewType.Single, 2, 3));
        Assert.NotEqual(new VectorDataViewType(NumberDataViewType.Single, 2, 3), new VectorDataViewType(NumberDataViewType.Single, 6));
        Assert.Equal(new KeyDataViewType(typeof(byte), 3), new KeyDataViewType(typeof(byte), 3));
        Assert.NotEqual<DataViewType>(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(byte), 3));
    }

    [Theory]
    [InlineData(typeof(int), 3)]
    [InlineData(typeof(byte), 256)]
    [InlineData(typeof(uint), 0)]
    public void Keys_are_unsigned_and_their_count_fits(Type type, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(type, count));

    [Fact]
    public void Annotation_is_read_by_kind_and_only_in_its_type()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue("Size", NumberDataViewType.Int32, 7);
        DataViewSchema.Annotations annotations = builder.ToAnnotations();
        int size = 0;
        annotations.GetValue("Size", ref size);
        Assert.Equal(7, size);
        long wrong = 0;
        Assert.Throws<InvalidOperationException>(() => annotations.GetValue("Size", ref wrong));
        Assert.Throws<InvalidOperationException>(() => annotations.GetValue("Other", ref size));
    }

    [Fact]
    public void Row_identities_that_are_derived_differ()
    {
        var id = new DataViewRowId(5, 0);
        DataViewRowId[] derived = [id, id.Fork(), id.Next(), id.Combine(id), id.Combine(id.Next())];
        Assert.Equal(derived.Length, derived.Distinct().Count());
        Assert.Equal(id.Fork(), new DataViewRowId(5, 0).Fork());
        Assert.Equal("00000000000000000000000000000005", id.ToString());
    }
}

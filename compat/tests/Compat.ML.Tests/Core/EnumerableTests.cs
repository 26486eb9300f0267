using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.ML.Tests;

public class EnumerableTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Members_become_columns_by_type_and_attribute()
    {
        DataViewSchema schema = ml.Data.LoadFromEnumerable(new[] { new Attributed() }).Schema;
        Assert.Equal(new KeyDataViewType(typeof(uint), 5), schema["Category"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Double, 2, 3), schema["Matrix"].Type);
        Assert.Equal(new VectorDataViewType(TextDataViewType.Instance, 0), schema["Words"].Type);
        Assert.Equal(BooleanDataViewType.Instance, schema["renamed"].Type);
        Assert.Null(schema.GetColumnOrNull("Flag"));
        Assert.Null(schema.GetColumnOrNull("Ignored"));
    }

    [Fact]
    public void Member_marked_as_a_key_counts_from_zero_and_its_column_from_one()
    {
        Attributed[] rows = [new() { Category = 0 }, new() { Category = 4 }, new() { Category = 5 }];
        // Out of range is missing, which is 0.
        Assert.Equal([1u, 5u, 0u], ml.Data.LoadFromEnumerable(rows).GetColumn<uint>("Category"));
    }

    [Fact]
    public void Text_and_vectors_survive_the_way_in_and_out()
    {
        Point[] points = [new() { X = float.NaN, Features = [1, 2, 3], Name = "a" }, new() { X = 2, Features = [4, 5, 6], Name = null! }];
        Point[] back = ml.Data.CreateEnumerable<Point>(ml.Data.LoadFromEnumerable(points), reuseRowObject: false).ToArray();
        Assert.True(float.IsNaN(back[0].X));
        Assert.Equal([4f, 5, 6], back[1].Features);
        Assert.Equal("a", back[0].Name);
        Assert.Equal("", back[1].Name);
        Assert.NotSame(back[0].Features, back[1].Features);
    }

    [Fact]
    public void Reused_row_object_is_one_object_with_one_array()
    {
        Point[] points = [new() { Features = [1, 2, 3] }, new() { Features = [4, 5, 6] }];
        Point[] back = ml.Data.CreateEnumerable<Point>(ml.Data.LoadFromEnumerable(points), reuseRowObject: true).ToArray();
        Assert.Same(back[0], back[1]);
        Assert.Equal([4f, 5, 6], back[0].Features);
    }

    [Fact]
    public void Missing_column_is_an_error_unless_ignored()
    {
        IDataView data = ml.Data.LoadFromEnumerable(new[] { new Numbered { Id = 3 } });
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Data.CreateEnumerable<Point>(data, false).ToArray());
        Point row = Assert.Single(ml.Data.CreateEnumerable<Point>(data, false, ignoreMissingColumns: true));
        Assert.Equal("", row.Name);
    }

    [Fact]
    public void Member_of_the_wrong_type_is_named_in_the_error()
    {
        IDataView data = ml.Data.LoadFromEnumerable(new[] { new Numbered() });
        var error = Assert.Throws<InvalidOperationException>(() => ml.Data.CreateEnumerable<WrongId>(data, false));
        Assert.Contains("Can't bind the IDataView column 'Id' of type 'Int32'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Definition_gives_a_member_a_size_a_name_and_annotations()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Free));
        definition["Items"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2);
        definition["Items"].AddAnnotation("SlotNames", new[] { "left", "right" }, new VectorDataViewType(TextDataViewType.Instance, 2));
        definition["Items"].ColumnName = "Pair";
        DataViewSchema schema = ml.Data.LoadFromEnumerable(new[] { new Free() }, definition).Schema;
        Assert.Equal(2, ((VectorDataViewType)schema["Pair"].Type).Size);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Pair"].GetSlotNames(ref names);
        Assert.True(schema["Pair"].HasSlotNames());
        Assert.Equal(["left", "right"], names.DenseValues().Select(name => name.ToString()));
        var error = Assert.Throws<InvalidOperationException>(() =>
            definition[0].AddAnnotation("Other", "text", NumberDataViewType.Int32));
        Assert.Contains("supposed to have Type", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_cursor_enumerates_anew_and_reads_only_what_is_asked()
    {
        int enumerations = 0;
        IEnumerable<Numbered> Rows()
        {
            enumerations++;
            yield return new Numbered { Id = 1 };
        }
        IDataView data = ml.Data.LoadFromEnumerable(Rows());
        Assert.Equal(0, enumerations);
        Assert.Null(data.GetRowCount());
        Assert.Equal([1], data.GetColumn<int>("Id"));
        Assert.Equal([1], data.GetColumn<int>("Id"));
        Assert.Equal(2, enumerations);
    }

    [Fact]
    public void Column_that_was_not_asked_for_cannot_be_read()
    {
        IDataView data = ml.Data.LoadFromEnumerable(new[] { new Numbered { Id = 1 } });
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Id"]]);
        Assert.True(cursor.IsColumnActive(data.Schema["Id"]));
        Assert.False(cursor.IsColumnActive(data.Schema["Value"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(data.Schema["Value"]));
        Assert.Equal(-1, cursor.Position);
        Assert.True(cursor.MoveNext());
        Assert.Equal(0, cursor.Position);
        Assert.False(cursor.MoveNext());
    }

    private sealed class Attributed
    {
        [KeyType(5)]
        public uint Category;

        [VectorType(2, 3)]
        public double[] Matrix = new double[6];

        public string[] Words = [];

        [ColumnName("renamed")]
        [LoadColumn(0)]
        public bool Flag = true;

        [NoColumn]
        public object Ignored = new();
    }

    private sealed class WrongId
    {
        public float Id { get; set; }
    }

    private sealed class Free
    {
        public float[] Items { get; set; } = [1, 2];
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

public class ClassLabelsTests
{
    private readonly MLContext ml = new(1);

    [Fact]
    public void Labels_are_text_numbers_truth_values_or_keys()
    {
        IDataView rows = ml.Data.LoadFromEnumerable([
            new { Text = "b", Number = 10f, Whole = 7L, Truth = true },
            new { Text = "a", Number = 0.1f, Whole = -1L, Truth = false },
            new { Text = "b", Number = 0.1f, Whole = 7L, Truth = true }]);
        Check("Text", ["a", "b"], [1, 0, 1], new[] { "a", "b" }, TextDataViewType.Instance);
        Check("Number", ["0.1", "10"], [1, 0, 0], new[] { 0.1f, 10f }, NumberDataViewType.Single);
        Check("Whole", ["-1", "7"], [1, 0, 1], new[] { -1L, 7L }, NumberDataViewType.Int64);
        Check("Truth", ["False", "True"], [1, 0, 1], new[] { false, true }, BooleanDataViewType.Instance);
        // Keys are in the order of their first appearance, and keep the type of what they stand for.
        rows = ml.Transforms.Conversion.MapValueToKey("Key", "Text").Append(ml.Transforms.Conversion.MapValueToKey("NumberKey", "Number")).Fit(rows).Transform(rows);
        Check("Key", ["b", "a"], [0, 1, 0], new[] { "b", "a" }, TextDataViewType.Instance);
        Check("NumberKey", ["10", "0.1"], [0, 1, 1], new[] { 10f, 0.1f }, NumberDataViewType.Single);

        void Check(string column, string[] names, int[] indices, Array values, PrimitiveDataViewType type)
        {
            ClassLabels labels = ClassLabels.Read(rows, column, default);
            Assert.Equal(names, labels.Names);
            Assert.Equal(indices, labels.Rows);
            Assert.Equal(values, labels.Classes.Values);
            Assert.Equal(type, labels.Classes.ItemType);
        }
    }

    [Fact]
    public void Keys_without_values_are_the_numbers_from_1_and_all_of_them_are_classes()
    {
        // Objects count keys from 0, as ML.NET has it; columns from 1.
        IDataView rows = ml.Data.LoadFromEnumerable([new KeyRow { Label = 3 }, new KeyRow { Label = 0 }]);
        ClassLabels labels = ClassLabels.Read(rows, "Label", default);
        Assert.Equal(["1", "2", "3", "4", "5"], labels.Names);
        Assert.Equal([3, 0], labels.Rows);
        Assert.Equal(new uint[] { 1, 2, 3, 4, 5 }, labels.Classes.Values);
        ClassLabels used = ClassLabels.Read(rows, "Label", default, onlyUsed: true);
        Assert.Equal(["1", "4"], used.Names);
        Assert.Equal([1, 0], used.Rows);
    }

    [Fact]
    public void One_hot_vectors_are_labels_named_by_their_slots()
    {
        IDataView rows = ml.Data.LoadFromEnumerable([new { owl = 1f, auk = 0f, tit = 0f }, new { owl = 0f, auk = 1f, tit = 0f }, new { owl = 0f, auk = 0f, tit = 1f }, new { owl = 0f, auk = 1f, tit = 0f }]);
        rows = ml.Transforms.Concatenate("Label", "owl", "auk", "tit").Fit(rows).Transform(rows);
        ClassLabels labels = ClassLabels.Read(rows, "Label", default);
        Assert.Equal(["owl", "auk", "tit"], labels.Names);
        Assert.Equal([0, 1, 2, 1], labels.Rows);
        Assert.Equal(TextDataViewType.Instance, labels.Classes.ItemType);
    }

    [Fact]
    public void One_hot_vectors_without_names_are_labels_numbered_from_0_and_one_hot_again()
    {
        ClassLabels labels = ClassLabels.Read(Vectors([0, 0, 1], [1, 0, 0]), "Label", default);
        Assert.Equal(["0", "1", "2"], labels.Names);
        Assert.Equal([2, 0], labels.Rows);
        Assert.Equal(new byte[] { 0, 0, 1, 1, 0, 0 }, labels.OneHot().data<byte>().ToArray());
    }

    [Theory]
    [InlineData(0f, 0f, 0f)]
    [InlineData(1f, 1f, 0f)]
    [InlineData(0f, 0.5f, 0f)]
    public void A_vector_that_is_not_one_hot_is_refused_by_its_row(float first, float second, float third)
    {
        IDataView rows = Vectors([1, 0, 0], [first, second, third]);
        Assert.Contains("row 1 of column 'Label' is not one-hot", Assert.Throws<InvalidDataException>(() => ClassLabels.Read(rows, "Label", default)).Message);
    }

    [Fact]
    public void A_row_without_a_label_is_refused_and_so_is_a_single_class()
    {
        IDataView rows = ml.Data.LoadFromEnumerable([new { Label = "a", Same = "x", Number = 1f }, new { Label = "", Same = "x", Number = float.NaN }]);
        Assert.Contains("row 1 of column 'Label' has no label: filter", Assert.Throws<InvalidDataException>(() => ClassLabels.Read(rows, "Label", default)).Message);
        Assert.Contains("row 1 of column 'Number' has no label", Assert.Throws<InvalidDataException>(() => ClassLabels.Read(rows, "Number", default)).Message);
        Assert.Equal([0, ClassLabels.Missing], ClassLabels.Read(rows, "Label", default, allowMissing: true).Rows);
        ClassLabels same = ClassLabels.Read(rows, "Same", default);
        Assert.Contains("column 'Same' has one value, 'x'; a classifier needs at least two: give more", Assert.Throws<ArgumentException>(() => same.AtLeastTwo("a classifier", "Same", "give more")).Message);
        Assert.Contains("no column 'Kind'", Assert.Throws<ArgumentException>(() => ClassLabels.Read(rows, "Kind", default)).Message);
    }

    [Fact]
    public void A_test_sets_labels_find_their_class_by_name_and_the_others_are_counted()
    {
        IDataView training = ml.Data.LoadFromEnumerable([new { Label = 3f }, new { Label = 1f }]);
        ClassList classes = ClassLabels.Read(training, "Label", default).Classes;
        IDataView test = ml.Data.LoadFromEnumerable([new { Label = "3" }, new { Label = "owl" }, new { Label = "" }, new { Label = "1" }, new { Label = "owl" }, new { Label = "auk" }]);
        ClassLabels labels = ClassLabels.ReadAs(classes, test, "Label", default);
        Assert.Equal([1, ClassLabels.Unseen, ClassLabels.Missing, 0, ClassLabels.Unseen, ClassLabels.Unseen], labels.Rows);
        Assert.Equal(new Dictionary<string, int> { ["auk"] = 1, ["owl"] = 2 }, labels.UnseenLabels);
    }

    [Fact]
    public void A_cursor_reads_the_class_beside_other_columns()
    {
        ClassList classes = new(["a", "b"]);
        IDataView rows = ml.Data.LoadFromEnumerable([new { Label = "b", At = 5 }, new { Label = "c", At = 6 }, new { Label = "", At = 7 }]);
        LabelColumn labels = LabelColumn.Of(rows, "Label");
        using DataViewRowCursor cursor = labels.Rows.GetRowCursor(labels.Rows.Schema);
        Func<int> index = classes.IndexGetter(cursor, labels);
        Assert.True(cursor.MoveNext());
        Assert.Equal(1, index());
        Assert.True(cursor.MoveNext());
        Assert.Equal(ClassLabels.Unseen, index());
        Assert.True(cursor.MoveNext());
        Assert.Contains("row 2 of column 'Label' has no label", Assert.Throws<InvalidDataException>(() => index()).Message);
    }

    private IDataView Vectors(params float[][] rows) => ml.Data.LoadFromEnumerable(rows.Select(row => new VectorRow { Label = row }));

    private sealed class KeyRow
    {
        [KeyType(5)]
        public uint Label { get; set; }
    }

    private sealed class VectorRow
    {
        [VectorType(3)]
        public float[] Label { get; set; } = [];
    }
}

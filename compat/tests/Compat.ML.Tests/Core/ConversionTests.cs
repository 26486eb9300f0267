using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Compat.ML.Tests;

public class ConversionTests
{
    private readonly MLContext ml = new(seed: 1);

    private IDataView Labels(params string[] labels) =>
        ml.Data.LoadFromEnumerable(labels.Select(label => new Labelled { Label = label }).ToArray());

    private static string[] KeyValues(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        return values.DenseValues().Select(value => value.ToString()).ToArray();
    }

    [Fact]
    public void Keys_count_from_one_in_order_of_occurrence_and_empty_text_is_missing()
    {
        IDataView data = Labels("dog", "cat", "", "dog", "ant");
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(data).Transform(data);
        Assert.Equal([1u, 2, 0, 1, 3], keyed.GetColumn<uint>("Key"));
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), keyed.Schema["Key"].Type);
        Assert.Equal(["dog", "cat", "ant"], KeyValues(keyed.Schema["Key"]));
        Assert.True(keyed.Schema["Key"].HasKeyValues());
        Assert.True(keyed.Schema["Key"].HasKeyValues(TextDataViewType.Instance));
        Assert.False(keyed.Schema["Key"].HasKeyValues(NumberDataViewType.Single));
    }

    [Fact]
    public void Keys_by_value_are_sorted()
    {
        IDataView data = Labels("dog", "cat", "ant", "Bee");
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Key", "Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(data).Transform(data);
        Assert.Equal(["Bee", "ant", "cat", "dog"], KeyValues(keyed.Schema["Key"]));
        Assert.Equal([4u, 3, 2, 1], keyed.GetColumn<uint>("Key"));
    }

    [Fact]
    public void Key_data_decides_the_keys_whatever_the_rows_hold()
    {
        IDataView data = Labels("cat", "cow");
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label", keyData: Labels("ant", "bee", "cat")).Fit(data).Transform(data);
        Assert.Equal([3u, 0], keyed.GetColumn<uint>("Label"));
        Assert.Equal(3ul, ((KeyDataViewType)keyed.Schema["Label"].Type).Count);
        var two = ml.Data.LoadFromEnumerable(new[] { new Numbered() });
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.Conversion.MapValueToKey("Label", keyData: two));
    }

    [Fact]
    public void Number_of_keys_is_limited_as_asked()
    {
        IDataView data = Labels("a", "b", "c", "b");
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label", maximumNumberOfKeys: 2).Fit(data).Transform(data);
        Assert.Equal([1u, 2, 0, 2], keyed.GetColumn<uint>("Label"));
    }

    [Fact]
    public void Numbers_as_keys_have_numbers_or_text_as_values()
    {
        IDataView data = ml.Data.LoadFromEnumerable(new[] { new Numbered { Value = 2.5f }, new Numbered { Value = float.NaN }, new Numbered { Value = 1 } });
        IDataView numbers = ml.Transforms.Conversion.MapValueToKey("Value").Fit(data).Transform(data);
        Assert.Equal([1u, 0, 2], numbers.GetColumn<uint>("Value"));
        VBuffer<float> values = default;
        numbers.Schema["Value"].GetKeyValues(ref values);
        Assert.Equal([2.5f, 1f], values.DenseValues());
        IDataView texts = ml.Transforms.Conversion.MapValueToKey("Value", addKeyValueAnnotationsAsText: true).Fit(data).Transform(data);
        Assert.Equal(["2.5", "1"], KeyValues(texts.Schema["Value"]));
    }

    [Fact]
    public void Keys_map_back_to_their_values_and_missing_ones_to_missing_values()
    {
        IDataView data = Labels("dog", "", "cat");
        IDataView back = ml.Transforms.Conversion.MapValueToKey("Key", "Label")
            .Append(ml.Transforms.Conversion.MapKeyToValue("Back", "Key")).Fit(data).Transform(data);
        Assert.Equal(["dog", "", "cat"], back.GetColumn<string>("Back"));
        IDataView numbers = ml.Data.LoadFromEnumerable(new[] { new Numbered { Value = 4 }, new Numbered { Value = float.NaN } });
        IDataView nan = ml.Transforms.Conversion.MapValueToKey("Value").Append(ml.Transforms.Conversion.MapKeyToValue("Value")).Fit(numbers).Transform(numbers);
        Assert.Equal([4f, float.NaN], nan.GetColumn<float>("Value"));
    }

    [Fact]
    public void Vectors_are_mapped_item_by_item()
    {
        IDataView data = ml.Data.LoadFromEnumerable(new[] { new Words { Items = ["x", "y", "x"] } });
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Items").Fit(data).Transform(data);
        Assert.Equal([1u, 2, 1], Assert.Single(keyed.GetColumn<uint[]>("Items")));
        IDataView back = ml.Transforms.Conversion.MapKeyToValue("Items").Fit(keyed).Transform(keyed);
        Assert.Equal(["x", "y", "x"], Assert.Single(back.GetColumn<string[]>("Items")));
    }

    [Fact]
    public void Values_are_looked_up_and_unknown_ones_are_missing()
    {
        IDataView data = Labels("a", "b", "c");
        var scores = new Dictionary<string, float> { ["a"] = 1, ["b"] = 2 };
        Assert.Equal([1f, 2f, float.NaN],
            ml.Transforms.Conversion.MapValue("Score", scores, "Label").Fit(data).Transform(data).GetColumn<float>("Score"));
        var names = new Dictionary<string, string> { ["a"] = "first" };
        Assert.Equal(["first", "", ""],
            ml.Transforms.Conversion.MapValue("Label", names).Fit(data).Transform(data).GetColumn<string>("Label"));
        var vectors = new Dictionary<string, int[]> { ["c"] = [1, 2, 3] };
        Assert.Equal([[], [], [1, 2, 3]],
            ml.Transforms.Conversion.MapValue("Items", vectors, "Label").Fit(data).Transform(data).GetColumn<int[]>("Items"));
    }

    [Fact]
    public void Values_looked_up_can_be_keys()
    {
        IDataView data = Labels("a", "b", "c", "d");
        KeyValuePair<string, string>[] groups = [new("a", "vowel"), new("b", "consonant"), new("c", "consonant")];
        IDataView mapped = ml.Transforms.Conversion.MapValue("Group", groups, "Label", treatValuesAsKeyType: true).Fit(data).Transform(data);
        Assert.Equal(["vowel", "consonant"], KeyValues(mapped.Schema["Group"]));
        IDataView back = ml.Transforms.Conversion.MapKeyToValue("Group").Fit(mapped).Transform(mapped);
        Assert.Equal(["vowel", "consonant", "consonant", ""], back.GetColumn<string>("Group"));
    }

    [Fact]
    public void Value_looked_up_twice_is_an_error()
    {
        KeyValuePair<int, int>[] pairs = [new(1, 2), new(1, 3)];
        var error = Assert.Throws<InvalidOperationException>(() => ml.Transforms.Conversion.MapValue("Id", pairs));
        Assert.Contains("Duplicate keys in data '1'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_convert_where_there_is_a_standard_conversion()
    {
        IDataView data = ml.Data.LoadFromEnumerable(new[] { new Numbered { Id = 3, Value = 0.5f } });
        IDataView Convert(string column, DataKind kind) => ml.Transforms.Conversion.ConvertType(column, outputKind: kind).Fit(data).Transform(data);
        Assert.Equal([3f], Convert("Id", DataKind.Single).GetColumn<float>("Id"));
        Assert.Equal([0.5], Convert("Value", DataKind.Double).GetColumn<double>("Value"));
        Assert.Equal(["0.5"], Convert("Value", DataKind.String).GetColumn<string>("Value"));
        Assert.Equal([true], Convert("Value", DataKind.Boolean).GetColumn<bool>("Value"));
        foreach ((string column, DataKind kind) in new[] { ("Value", DataKind.Int32), ("Id", DataKind.UInt32), ("Id", DataKind.DateTime) })
            Assert.Throws<ArgumentOutOfRangeException>(() => Convert(column, kind));
    }

    [Fact]
    public void Text_that_is_no_number_is_missing()
    {
        IDataView data = Labels("1.5", "x", "");
        IDataView numbers = ml.Transforms.Conversion.ConvertType("Label").Fit(data).Transform(data);
        Assert.Equal([1.5f, float.NaN, float.NaN], numbers.GetColumn<float>("Label"));
    }

    private sealed class Labelled
    {
        public string Label { get; set; } = "";
    }

    private sealed class Words
    {
        [VectorType(3)]
        public string[] Items { get; set; } = [];
    }
}

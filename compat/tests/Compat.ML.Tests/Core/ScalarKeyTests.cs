using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Compat.ML.Tests;

/// <summary>
/// The number of a class, as ONNX's ArgMax gives it (a vector of one Int64), to a scalar key with the classes as its values:
/// hashed into a scalar, looked up, numbered. MapValue takes the hash's key as it is, because it compares raw values.
/// </summary>
public class ScalarKeyTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Class_numbers_become_keys_of_names() => Check(["tench", "goldfish", "great white shark", "hen"]);

    [Fact]
    public void Class_numbers_become_keys_of_numbers()
    {
        Check([7f, 0f, -2.5f]);
        Check([3u, 1u, 2u, 9u]);
    }

    [Fact]
    public void Lookup_refuses_a_column_of_other_values_when_it_is_read()
    {
        IDataView data = ml.Data.LoadFromEnumerable([new Argmax { Class = [1] }]);
        IDataView mapped = ml.Transforms.Conversion.MapValue("Name", new Dictionary<uint, string> { [1] = "one" }, "Class").Fit(data).Transform(data);
        Assert.Throws<InvalidOperationException>(() => mapped.GetColumn<string[]>("Name").ToArray());
    }

    [Fact]
    public void Lookup_of_vectors_gives_vectors_of_unknown_size()
    {
        IDataView data = ml.Data.LoadFromEnumerable([new Argmax { Class = [1] }]);
        IDataView mapped = ml.Transforms.Conversion.MapValue("Name", new Dictionary<long, string> { [1] = "one" }, "Class").Fit(data).Transform(data);
        Assert.Equal(new VectorDataViewType(TextDataViewType.Instance), mapped.Schema["Name"].Type);
        Assert.Equal(["one"], Assert.Single(mapped.GetColumn<string[]>("Name")));
    }

    private void Check<TClass>(TClass[] classes)
        where TClass : notnull
    {
        Argmax[] rows = classes.Select((_, i) => new Argmax { Class = [i] }).ToArray();
        IDataView numbers = ml.Data.LoadFromEnumerable(rows);
        var hash = ml.Transforms.Conversion.Hash(new HashingEstimator.ColumnOptions("PredictedLabel", "Class", combine: true));
        uint[] hashes = hash.Fit(numbers).Transform(numbers).GetColumn<uint>("PredictedLabel").ToArray();
        var lookup = hashes.Zip(classes, KeyValuePair.Create);
        IDataView keyData = ml.Data.LoadFromEnumerable(classes.Select(value => new Named<TClass> { Name = value }));
        var pipeline = hash
            .Append(ml.Transforms.Conversion.MapValue("PredictedLabel", lookup))
            .Append(ml.Transforms.Conversion.MapValueToKey("PredictedLabel", keyData: keyData));
        ITransformer model = pipeline.Fit(numbers);
        using var file = new MemoryStream();
        ml.Model.Save(model, numbers.Schema, file);
        file.Position = 0;
        foreach (ITransformer each in new[] { model, ml.Model.Load(file, out _) })
        {
            IDataView keyed = each.Transform(numbers);
            Assert.Equal(new KeyDataViewType(typeof(uint), classes.Length), keyed.Schema["PredictedLabel"].Type);
            Assert.Equal(classes.Select((_, i) => (uint)i + 1), keyed.GetColumn<uint>("PredictedLabel"));
            VBuffer<ReadOnlyMemory<char>> texts = default;
            VBuffer<TClass> values = default;
            if (typeof(TClass) == typeof(string))
            {
                keyed.Schema["PredictedLabel"].GetKeyValues(ref texts);
                Assert.Equal(classes.Cast<string>(), texts.DenseValues().Select(text => text.ToString()));
            }
            else
            {
                keyed.Schema["PredictedLabel"].GetKeyValues(ref values);
                Assert.Equal(classes, values.DenseValues());
            }
            ITransformer named = each.Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(keyed));
            using var engine = ml.Model.CreatePredictionEngine<Argmax, Prediction<TClass>>(named);
            Assert.Equal(classes, rows.Select(row => engine.Predict(row).PredictedLabel));
        }
    }

    private sealed class Argmax
    {
        [VectorType(1)]
        public required long[] Class { get; set; }
    }

    private sealed class Named<T>
    {
        public required T Name { get; set; }
    }

    private sealed class Prediction<T>
    {
        public T PredictedLabel { get; set; } = default!;
    }
}

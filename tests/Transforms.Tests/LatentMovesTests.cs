using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

/// <summary>Traversal and attribute arithmetic against numbers computed by hand.</summary>
public class LatentMovesTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void A_traversal_sets_one_dimension_after_the_other_of_every_row()
    {
        IDataView rows = View(("", [1, 2]), ("", [5, 6]));
        Assert.Equal(
            [[-3, 2], [0, 2], [3, 2], [1, -3], [1, 0], [1, 3], [-3, 6], [0, 6], [3, 6], [5, -3], [5, 0], [5, 3]],
            Rows.Vectors(ml.Generative.TraverseLatent(rows, steps: 3), "Latent"));
        Assert.Equal([[1, 0.5f], [1, 0.25f], [1, 0], [1, -0.25f], [1, -0.5f]], Rows.Vectors(ml.Generative.TraverseLatent(ml.Data.TakeRows(rows, 1), 5, 0.5, -0.5, dimension: 1), "Latent"));
    }

    [Fact]
    public void An_attribute_is_the_mean_with_minus_the_mean_without()
    {
        IDataView rows = View(("smile", [1, 0]), ("smile", [3, 2]), ("none", [0, 4]), ("hat", [1, 1]), ("none", [2, 4]));
        Assert.Equal([2 - 1, 1 - 3], ml.Generative.AttributeVector(rows, "smile"));
        Assert.Equal([2 - 1, 1 - 4], ml.Generative.AttributeVector(rows, "smile", without: "none"));
        Assert.Equal([-0.5f, -1.5f], ml.Generative.AttributeVector(rows, "hat"));
    }

    [Fact]
    public void Labels_may_be_keys_numbers_or_true_and_false()
    {
        IDataView rows = View(("1", [1, 0]), ("0", [3, 2]), ("1", [2, 2]));
        float[] expected = [-1.5f, -1];
        foreach (IEstimator<ITransformer> convert in (IEstimator<ITransformer>[])
            [ml.Transforms.Conversion.MapValueToKey("Label"), ml.Transforms.Conversion.ConvertType("Label", outputKind: DataKind.Int32), ml.Transforms.Conversion.ConvertType("Label", outputKind: DataKind.Single)])
        {
            Assert.Equal(expected, ml.Generative.AttributeVector(convert.Fit(rows).Transform(rows), "1"));
        }
        Assert.Equal(expected, ml.Generative.AttributeVector(ml.Transforms.Conversion.ConvertType("Label", outputKind: DataKind.Boolean).Fit(rows).Transform(rows), "True"));
    }

    [Fact]
    public void Arithmetic_of_attributes_is_that_of_their_vectors()
    {
        IDataView rows = View(("a", [1, 0]), ("b", [0, 2]), ("c", [4, 4]));
        // a's: [1, 0] − [2, 3]; b's: [0, 2] − [2.5, 2].
        float[] a = ml.Generative.AttributeVector(rows, "a"), b = ml.Generative.AttributeVector(rows, "b");
        Assert.Equal([-1, -3], a);
        Assert.Equal([-2.5f, 0], b);
        float[] difference = [.. a.Zip(b, (x, y) => x - y)];
        Assert.Equal(
            [[1, 0], [1.75f, -1.5f], [-0.5f, 3], [4, 4], [4.75f, 2.5f], [2.5f, 7]],
            Rows.Vectors(ml.Generative.AddLatent(View(("", [1, 0]), ("", [4, 4])), difference, [0, 0.5, -1]), "Latent"));
    }

    [Fact]
    public void What_cannot_be_moved_is_refused()
    {
        IDataView rows = View(("a", [1, 0]), ("b", [0, 2]));
        Assert.Contains("'a', 'b'", Assert.Throws<ArgumentException>(() => ml.Generative.AttributeVector(rows, "c")).Message);
        Assert.Contains("lacks the label 'a'", Assert.Throws<ArgumentException>(() => ml.Generative.AttributeVector(ml.Data.TakeRows(rows, 1), "a")).Message);
        Assert.Contains("'Mood'", Assert.Throws<ArgumentException>(() => ml.Generative.AttributeVector(rows, "a", labelColumnName: "Mood")).Message);
        Assert.Contains("not one label", Assert.Throws<ArgumentException>(() => ml.Generative.AttributeVector(rows, "a", labelColumnName: "Latent")).Message);
        Assert.Contains("3 values", Assert.Throws<ArgumentException>(() => ml.Generative.AddLatent(rows, [1, 2, 3], [1])).Message);
        Assert.Throws<ArgumentException>(() => ml.Generative.AddLatent(rows, [1, 2], []));
        Assert.Throws<ArgumentException>(() => ml.Generative.AddLatent(rows, [1, 2], [double.NaN]));
        Assert.Contains("0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.TraverseLatent(rows, dimension: 2)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.TraverseLatent(rows, steps: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.TraverseLatent(rows, from: double.NegativeInfinity));
    }

    private IDataView View(params (string Label, float[] Code)[] rows)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema["Latent"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Code.Length);
        return ml.Data.LoadFromEnumerable(rows.Select(row => new Row { Label = row.Label, Latent = row.Code }).ToArray(), schema);
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        public float[] Latent { get; set; } = [];
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.PictureSearch;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Neighbours;

public class SimilarPicturesTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Neighbours_come_nearest_first_with_path_label_and_distance()
    {
        // Moon i lies at (i, i²): of (3, 9) the nearest are moons 3, 2 (√26) and 4 (√50).
        IDataView moons = Featured(ml.Images.MoonPhases(8), i => [i, i * i]), query = Featured(ml.Images.MoonPhases(1, seed: 9), _ => [3, 9]);
        SimilarPictures similar = ml.Images.FindSimilar(query, moons, count: 3);
        string[] labels = [.. moons.GetColumn<string>("Label")];
        Assert.Equal(
            [new(3, "moon#3", labels[3], 0), new(2, "moon#2", labels[2], Math.Sqrt(26)), new(4, "moon#4", labels[4], Math.Sqrt(50))],
            similar.Rows[0]);
        Assert.Equal(["moon#0"], similar.QueryNames);
        Assert.Equal(query.GetColumn<string>("Label"), ml.Images.FindSimilar(query, moons, pathColumnName: "None").QueryNames);
        Assert.Equal(["row 0"], ml.Images.FindSimilar(query, moons, pathColumnName: "None", labelColumnName: "None").QueryNames);
        Assert.Equal(8, ml.Images.FindSimilar(query, moons, count: 20).Rows[0].Count);
        Picture three = similar.Draw(), six = ml.Images.FindSimilar(query, moons, count: 6).Draw();
        Assert.Equal(three.Height, six.Height);
        Assert.Equal(3 * 136, six.Width - three.Width);
    }

    [Fact]
    public void Several_neighbours_over_several_chunks_are_those_of_all_pairs()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        Tensor rows = randn(2600, 5), queries = randn(30, 5);
        rows = cat([rows, rows.narrow(0, 0, 400)]);
        IReadOnlyList<NearestPicture[]> found = NeighbourSearch.Find(queries, rows, 1, 6);
        float[] a = [.. queries.data<float>()], b = [.. rows.data<float>()];
        for (int i = 0; i < 30; i++)
        {
            double Distance(int j) => Enumerable.Range(0, 5).Sum(k => Math.Pow((double)a[(i * 5) + k] - b[(j * 5) + k], 2));
            Assert.Equal(Enumerable.Range(0, 3000).OrderBy(Distance).Take(6), found[i].Select(one => one.TrainingRow));
        }
    }

    // More values than a chunk holds: each row is one of its own. 4,096 of them would be more than an array can hold.
    [Fact]
    public void Rows_of_a_million_features_are_read()
    {
        const int Length = 1_100_000;
        using var scope = NewDisposeScope();
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Wide));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Length);
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(1, 3).Select(i => new Wide { Features = [.. Enumerable.Repeat((float)i, Length)] }), schema);
        Tensor features = FeatureRows.Read(rows, "Features", []).Features;
        Assert.Equal([3, Length], features.shape);
        Assert.Equal([1f, 2f, 3f], features.mean([1]).data<float>(), (one, other) => Math.Abs(one - other) < 1e-3);
    }

    [Fact]
    public void Features_that_do_not_compare_are_refused()
    {
        IDataView moons = Featured(ml.Images.MoonPhases(4), i => [i, 1]);
        Assert.Contains("no column 'Features'", Assert.Throws<ArgumentException>(() => ml.Images.FindSimilar(ml.Images.MoonPhases(2), moons)).Message);
        Assert.Contains("row 2 of column 'Features' has the value NaN",
            Assert.Throws<InvalidDataException>(() => ml.Images.FindSimilar(moons, Featured(ml.Images.MoonPhases(3), i => [i == 2 ? float.NaN : 1, 1]))).Message);
    }

    private IDataView Featured(IDataView moons, Func<int, float[]> features) =>
        ml.Transforms.CustomMapping<Moon, Features2>((moon, to) => to.Features = features(int.Parse(moon.Path.Split('#')[1])), null).Fit(moons).Transform(moons);

    private sealed class Moon
    {
        public string Path { get; set; } = "";
    }

    private sealed class Wide
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class Features2
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}

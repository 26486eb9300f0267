using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

public class LatentRowsTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Latent_is_a_vector_of_known_size()
    {
        var view = ml.Generative.SampleLatent(4, 7);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 7), view.Schema["Latent"].Type);
        Assert.All(Rows.Vectors(view, "Latent"), v => Assert.Equal(7, v.Length));
        Assert.Equal(4, view.GetRowCount());
    }

    [Fact]
    public void Values_are_standard_normal()
    {
        var values = Rows.Vectors(ml.Generative.SampleLatent(10_000, 20, seed: 7), "Latent").SelectMany(v => v).Select(v => (double)v).Order().ToArray();
        Assert.Equal(0, values.Average(), 0.01);
        Assert.Equal(1, values.Average(v => v * v), 0.015);
        Assert.Equal(3, values.Average(v => v * v * v * v), 0.12);
        // The normal distribution's quantiles.
        Assert.Equal(-1.6449, values[values.Length / 20], 0.02);
        Assert.Equal(0.6745, values[values.Length * 3 / 4], 0.015);
        Assert.Equal(2.3263, values[values.Length * 99 / 100], 0.04);
    }

    [Fact]
    public void Neighbours_in_a_row_and_between_rows_and_seeds_are_uncorrelated()
    {
        var rows = Rows.Vectors(ml.Generative.SampleLatent(20_000, 2, seed: 1), "Latent");
        var otherSeed = Rows.Vectors(ml.Generative.SampleLatent(20_000, 2, seed: 2), "Latent");
        Assert.Equal(0, rows.Average(r => r[0] * r[1]), 0.03);
        Assert.Equal(0, rows.Zip(rows.Skip(1)).Average(p => p.First[0] * p.Second[0]), 0.03);
        Assert.Equal(0, rows.Zip(otherSeed).Average(p => p.First[0] * p.Second[0]), 0.03);
        Assert.Equal(0, rows.Zip(otherSeed.Skip(1)).Average(p => p.First[0] * p.Second[0]), 0.03);
    }

    [Fact]
    public void Every_pass_and_every_order_gives_the_same_rows()
    {
        var view = ml.Generative.SampleLatent(30, 5, seed: 7);
        var rows = Rows.Vectors(view, "Latent");
        Assert.Equal(rows, Rows.Vectors(view, "Latent"));
        Assert.Equal(rows, Rows.Vectors(new MLContext(seed: 99).Generative.SampleLatent(30, 5, seed: 7), "Latent"));
        var shuffled = Rows.Vectors(view, "Latent", new Random(1));
        Assert.NotEqual(rows, shuffled);
        Assert.Equal(rows.OrderBy(r => r[0]), shuffled.OrderBy(r => r[0]));
        Assert.NotEqual(rows, Rows.Vectors(ml.Generative.SampleLatent(30, 5, seed: 8), "Latent"));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, 0)]
    public void Values_out_of_range_are_refused(int count, int dimension) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.SampleLatent(count, dimension));

    [Fact]
    public void Classes_go_by_turns_and_one_below_0_is_refused()
    {
        Assert.Equal([[2], [0], [2], [0], [2]], Rows.Vectors(ml.Generative.SampleLatent(5, 3, classes: [2, 0]), "Class"));
        Assert.Null(ml.Generative.SampleLatent(5, 3, classes: null).Schema.GetColumnOrNull("Class"));
        Assert.Contains("A class is -1", Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.SampleLatent(5, 3, classes: [2, -1])).Message);
    }
}

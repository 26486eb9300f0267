using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

public class LatentInterpolationTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Quarter_circle_is_divided_into_equal_angles()
    {
        var rows = Between([2, 0], [0, 2], steps: 6);
        Assert.Equal(7, rows.Count);
        for (var i = 0; i < rows.Count; i++)
            Same([2 * Math.Cos(Math.PI / 12 * i), 2 * Math.Sin(Math.PI / 12 * i)], rows[i]);
    }

    [Fact]
    public void Straight_line_is_divided_into_equal_lengths()
    {
        var rows = Between([2, 0, 1], [0, 4, 1], steps: 4, LatentInterpolation.Linear);
        for (var i = 0; i < 5; i++)
            Same([2 - i / 2.0, i, 1], rows[i]);
    }

    [Theory]
    [InlineData(LatentInterpolation.Spherical)]
    [InlineData(LatentInterpolation.Linear)]
    public void Every_anchor_is_on_the_way_to_the_bit(LatentInterpolation interpolation)
    {
        var anchors = ml.Generative.SampleLatent(4, 100, seed: 5);
        var expected = Rows.Vectors(anchors, "Latent");
        var open = Rows.Vectors(ml.Generative.InterpolateLatent(anchors, 3, interpolation), "Latent");
        Assert.Equal(10, open.Count);
        Assert.Equal(expected, Enumerable.Range(0, 4).Select(i => open[3 * i]));
        var closed = Rows.Vectors(ml.Generative.InterpolateLatent(anchors, 3, interpolation, closed: true), "Latent");
        Assert.Equal(12, closed.Count);
        Assert.Equal(open, closed[..10]);
        var back = Between(expected[3], expected[0], 3, interpolation);
        Assert.Equal(back[1..3], closed[10..]);
    }

    [Fact]
    public void Vectors_of_one_norm_keep_it_and_turn_evenly()
    {
        var anchors = Rows.Vectors(ml.Generative.SampleLatent(2, 100, seed: 8), "Latent").Select(v => Scaled(v, 10)).ToArray();
        var rows = Between(anchors[0], anchors[1], 8);
        Assert.All(rows, row => Assert.Equal(10, Norm(row), 1e-5));
        var theta = Math.Acos(Dot(anchors[0], anchors[1]) / 100);
        for (var i = 0; i < rows.Count; i++)
            Assert.Equal(theta * i / 8, Math.Acos(Math.Min(1, Dot(anchors[0], rows[i]) / 100)), 1e-3);
        // Where the straight line's middle is too near to zero: |a + b| / 2 = r·cos(θ/2).
        Assert.Equal(10 * Math.Cos(theta / 2), Norm(Between(anchors[0], anchors[1], 2, LatentInterpolation.Linear)[1]), 1e-4);
    }

    [Fact]
    public void Halfway_between_unequal_norms_is_their_sum_over_twice_the_half_angles_cosine()
    {
        // sin(θ/2) / sin θ = 1 / (2·cos(θ/2)); here θ = 60°.
        var middle = Between([1, 0, 0], [1.5f, 1.5f * MathF.Sqrt(3), 0], 2)[1];
        Same([2.5 / Math.Sqrt(3), 1.5, 0], middle);
    }

    [Fact]
    public void Parallel_vectors_and_zero_go_straight()
    {
        Same([2.5, 5], Between([1, 2], [4, 8], 2)[1]);
        Same([1, 2], Between([1, 2], [1, 2], 2)[1]);
        Same([2, 4], Between([0, 0], [4, 8], 2)[1]);
        Same([0, 0], Between([0, 0], [0, 0], 2)[1]);
        Same([0], Between([-3], [3], 2)[1]);
    }

    [Fact]
    public void Opposite_vectors_go_around_zero_and_keep_their_norm()
    {
        var from = Scaled(Rows.Vectors(ml.Generative.SampleLatent(1, 50, seed: 2), "Latent")[0], 7);
        var rows = Between(from, Scaled(from, -7), 12);
        Assert.All(rows, row => Assert.Equal(7, Norm(row), 1e-4));
        for (var i = 0; i < rows.Count; i++)
            Assert.Equal(Math.Cos(Math.PI * i / 12), Dot(from, rows[i]) / 49, 1e-5);
        // In one plane: the middle is perpendicular to both ends, and a third of the way is half of each.
        Assert.Equal(Math.Sqrt(3) / 2, Dot(rows[6], rows[4]) / 49, 1e-5);
    }

    [Fact]
    public void Nearly_parallel_and_nearly_opposite_vectors_stay_finite_and_continuous()
    {
        foreach (var tiny in (float[])[1e-3f, 1e-5f, 1e-6f, 1e-7f, 1e-8f])
        {
            var near = Between([1, 0], [1, tiny], 2)[1];
            Same([1, tiny / 2], near);
            Assert.Equal(1, Norm(Between([1, 0], [-1, tiny], 2)[1]), 1e-4);
        }
    }

    [Fact]
    public void What_cannot_be_interpolated_is_refused()
    {
        var latent = ml.Generative.SampleLatent(2, 3);
        Assert.Contains("1 latent vectors", Assert.Throws<ArgumentException>(() => ml.Generative.InterpolateLatent(ml.Generative.SampleLatent(1, 3), 2)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.InterpolateLatent(latent, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Generative.InterpolateLatent(latent, 1, (LatentInterpolation)9));
        Assert.Contains("no column 'z'", Assert.Throws<ArgumentException>(() => ml.Generative.InterpolateLatent(latent, 1, columnName: "z")).Message);
        Assert.Contains("not vectors", Assert.Throws<ArgumentException>(() => ml.Generative.InterpolateLatent(ml.Images.MoonPhases(2), 1, columnName: "Phase")).Message);
    }

    private List<float[]> Between(float[] from, float[] to, int steps, LatentInterpolation interpolation = LatentInterpolation.Spherical)
    {
        var schema = SchemaDefinition.Create(typeof(Anchor));
        schema["Latent"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, from.Length);
        var anchors = ml.Data.LoadFromEnumerable([new Anchor { Latent = from }, new Anchor { Latent = to }], schema);
        return Rows.Vectors(ml.Generative.InterpolateLatent(anchors, steps, interpolation), "Latent");
    }

    private static void Same(double[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));

    private static float[] Scaled(float[] vector, double norm) => [.. vector.Select(v => (float)(v * norm / Norm(vector)))];

    private static double Norm(float[] vector) => Math.Sqrt(Dot(vector, vector));

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private sealed class Anchor
    {
        public float[] Latent { get; set; } = [];
    }
}

using MLNetGen.Evaluation;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Evaluation;

public sealed class ManifoldMetricsTests
{
    private static ManifoldMetrics Between(double[][] real, double[][] generated)
    {
        using Tensor a = Gaussians.AsTensor(real), b = Gaussians.AsTensor(generated);
        return ManifoldMetrics.Between(a, b);
    }

    private static double[][] Line(params double[] at) => [.. at.Select(x => new[] { x })];

    [Fact]
    public void The_same_rows_are_all_good_and_all_there()
    {
        double[][] rows = Gaussians.Rows(700, 3, seed: 1);
        // Every row lies in its own reach, and on average in that of five others.
        Assert.Equal(new ManifoldMetrics(1, 1, 6.0 / 5, 1), Between(rows, rows));
    }

    [Fact]
    public void Rows_on_a_line_give_what_is_counted_by_hand()
    {
        // To the third neighbour it is 3, 2, 2, 2, 2, 3; to the fifth 5, 4, 3, 3, 4, 5.
        double[][] real = Line(0, 1, 2, 3, 4, 5);
        double[][] generated = Line(7.5, 20, 21, 22, 23, 40);
        ManifoldMetrics found = Between(real, generated);
        // 7.5 lies within 3 of 5; the others beyond all.
        Assert.Equal(1 / 6.0, found.Precision, 12);
        // 7.5 reaches to its third neighbour, 22, and as far down: it holds all of 0 … 5.
        Assert.Equal(1, found.Recall, 12);
        // 7.5 lies within 5 of 5, within 4 of 4 and not within 3 of 3: two real rows hold one generated of six.
        Assert.Equal(2 / 6.0 / 5, found.Density, 12);
        Assert.Equal(2 / 6.0, found.Coverage, 12);
    }

    [Fact]
    public void A_generator_that_leaves_out_half_of_the_kinds_is_precise_and_recalls_half()
    {
        double[][] one = Gaussians.Rows(200, 2, seed: 1), other = Gaussians.Rows(200, 2, seed: 2, mean: 50);
        ManifoldMetrics found = Between([.. one, .. other], Gaussians.Rows(400, 2, seed: 3));
        Assert.InRange(found.Precision, 0.9, 1);
        Assert.InRange(found.Recall, 0.4, 0.5);
        Assert.InRange(found.Coverage, 0.45, 0.5);
    }

    [Fact]
    public void Equal_distributions_have_the_density_and_coverage_that_the_paper_derives()
    {
        // Naeem et al. 2020, section 3.3: E[density] = 1, E[coverage] = 1 - Π (N - i) / (M + N - i), i = 1 … k.
        const int Rows = 600;
        double missed = Enumerable.Range(1, 5).Aggregate(1.0, (product, i) => product * (Rows - i) / (2 * Rows - i));
        ManifoldMetrics found = Between(Gaussians.Rows(Rows, 4, seed: 1), Gaussians.Rows(Rows, 4, seed: 2));
        Assert.InRange(found.Density, 0.9, 1.1);
        Assert.InRange(found.Coverage, 1 - missed - 0.03, 1 - missed + 0.03);
    }

    [Fact]
    public void Rows_far_from_each_other_share_nothing() => Assert.Equal(
        new ManifoldMetrics(0, 0, 0, 0), Between(Gaussians.Rows(50, 3, seed: 1), Gaussians.Rows(50, 3, seed: 2, mean: 100)));
}

using MLNetGen.Evaluation;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Evaluation;

public sealed class FrechetDistanceTests
{
    private static FeatureStatistics Gaussian(double[] mean, double[,] covariance) => new(tensor(mean), tensor(covariance));

    [Fact]
    public void One_dimension_gives_the_distance_of_means_and_of_deviations() => Assert.Equal(
        3 * 3 + (2 - 5) * (2 - 5),
        FrechetDistance.Between(Gaussian([1], new double[,] { { 4 } }), Gaussian([4], new double[,] { { 25 } })), 9);

    [Fact]
    public void Covariances_with_the_same_axes_differ_by_the_deviations_along_them()
    {
        // Variances 1, 9 and 16, 4 along axes turned by 30 degrees.
        (double c, double s) = (Math.Cos(Math.PI / 6), Math.Sin(Math.PI / 6));
        double[,] Turned(double a, double b) => new[,] { { c * c * a + s * s * b, c * s * (a - b) }, { c * s * (a - b), s * s * a + c * c * b } };
        Assert.Equal(2 * 2 + 1 + (1 - 4) * (1 - 4) + (3 - 2) * (3 - 2),
            FrechetDistance.Between(Gaussian([0, 0], Turned(1, 9)), Gaussian([2, 1], Turned(16, 4))), 9);
    }

    [Fact]
    public void Covariances_with_other_axes_obey_the_formula_for_two_dimensions()
    {
        // tr M^½ = (tr M + 2 (det M)^½)^½ for a 2×2 matrix; here M = AB = [[7, -1], [1, 2]].
        double root = Math.Sqrt(9 + 2 * Math.Sqrt(15));
        Assert.Equal(5 + 5 - 2 * root,
            FrechetDistance.Between(Gaussian([0, 0], new double[,] { { 2, 1 }, { 1, 3 } }), Gaussian([0, 0], new double[,] { { 4, -1 }, { -1, 1 } })), 9);
    }

    [Fact]
    public void A_covariance_without_full_rank_is_taken_as_it_is() => Assert.Equal(
        // Along the first axis 1 against 4 of variance, along the second 0 against 9.
        (1 - 2) * (1 - 2) + 3 * 3,
        FrechetDistance.Between(Gaussian([0, 0], new double[,] { { 1, 0 }, { 0, 0 } }), Gaussian([0, 0], new double[,] { { 4, 0 }, { 0, 9 } })), 9);

    [Fact]
    public void Statistics_are_those_that_NumPy_takes()
    {
        FeatureStatistics statistics = FeatureStatistics.Of(tensor(new double[,] { { 1, 2 }, { 3, 2 }, { 5, 8 } }));
        Assert.Equal([3.0, 4.0], statistics.Mean.data<double>().ToArray());
        Assert.Equal([4.0, 6.0, 6.0, 12.0], statistics.Covariance.contiguous().data<double>().ToArray());
        Assert.Equal([1L, 1L], FeatureStatistics.Of(tensor(new double[,] { { 1 }, { 3 } })).Covariance.shape);
    }

    // Whole numbers, so that both sides take the same rows. NumPy: ((ma - mb)²).sum() + trace(ca) + trace(cb) - 2·√eigvals(ca @ cb).sum(), ca and cb by np.cov.
    [Theory]
    [InlineData(1100, 13.976230054544942, 1e-7)]
    [InlineData(300, 14.205984, 1e-4)] // Fewer rows than features: the covariances have rank 299, and NumPy's own ways differ in the sixth decimal.
    public void As_many_features_as_ResNet_18_has_give_what_NumPy_computes(int rows, double numpy, double tolerance)
    {
        using var scope = NewDisposeScope();
        Assert.InRange(FrechetDistance.Between(FeatureStatistics.Of(Rows(1)), FeatureStatistics.Of(Rows(3))), numpy - tolerance, numpy + tolerance);

        Tensor Rows(int seed)
        {
            Tensor i = arange(rows, int64).unsqueeze(1), j = arange(512, int64).unsqueeze(0);
            Tensor whole = (i * i * 7919 + j * 104729 + i * j * 31 + i * j * j * 17 + seed) % 10007;
            return whole.to_type(float64) / 10007 * (1 + (j % 7 + seed).to_type(float64) / 7);
        }
    }
}

using MLNetGen.Evaluation;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Evaluation;

public sealed class KernelDistanceTests
{
    [Fact]
    public void Two_pairs_give_what_is_worked_out_by_hand()
    {
        // d = 1: k(1, -1) = 0, k(0, 0) = 1, k(±1, 0) = 1; so 0 + 1 - 2. The diagonal, k(1, 1) = 8, is left out.
        Assert.Equal(-1, KernelDistance.Squared(tensor(new double[,] { { 1 }, { -1 } }), tensor(new double[,] { { 0 }, { 0 } })), 12);
    }

    [Fact]
    public void Normal_distributions_give_the_distance_of_their_moments()
    {
        // (xy + 1)³ has the features √3 x, √3 x², x³; moments of N(0, 1): 0, 1, 0, and of N(1, 1): 1, 2, 4.
        double expected = 3 * 1 + 3 * 1 + 4 * 4;
        using Tensor a = Gaussians.AsTensor(Gaussians.Rows(600, 1, seed: 1)), b = Gaussians.AsTensor(Gaussians.Rows(600, 1, seed: 2, mean: 1));
        (double mean, double error) = KernelDistance.Between(a, b);
        Assert.InRange(error, 0, 0.3 * expected);
        Assert.InRange(mean, expected - 3 * error, expected + 3 * error);
    }

    [Fact]
    public void The_standard_error_is_the_spread_over_other_rows_of_the_same_kind()
    {
        const int Repetitions = 40;
        double[] means = new double[Repetitions], errors = new double[Repetitions];
        for (int i = 0; i < Repetitions; i++)
        {
            using Tensor a = Gaussians.AsTensor(Gaussians.Rows(60, 2, seed: 2 * i)), b = Gaussians.AsTensor(Gaussians.Rows(60, 2, seed: 2 * i + 1, mean: 1));
            (means[i], errors[i]) = KernelDistance.Between(a, b);
        }
        double mean = means.Average();
        double spread = Math.Sqrt(means.Sum(x => (x - mean) * (x - mean)) / (Repetitions - 1));
        // The spread itself is only known to a ninth, from 40 repetitions.
        Assert.InRange(errors.Average() / spread, 0.7, 1.5);
    }

    [Fact]
    public void Equal_distributions_are_within_the_error_of_nothing()
    {
        using Tensor a = Gaussians.AsTensor(Gaussians.Rows(300, 4, seed: 3)), b = Gaussians.AsTensor(Gaussians.Rows(300, 4, seed: 4));
        (double mean, double error) = KernelDistance.Between(a, b);
        Assert.InRange(mean, -3 * error, 3 * error);
    }
}

using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>
/// The Wasserstein loss with a gradient penalty: λ·(‖∇D(x̂)‖ − 1)², where x̂ lies at a random place on the line between a real
/// picture and a made one. Gulrajani et al. 2017, equation 3 and algorithm 1.
/// </summary>
/// <param name="penalty">λ; the paper's is 10.</param>
internal sealed class WassersteinObjective(double penalty) : IGanObjective
{
    // The root's slope at 0 is infinite: a critic without a gradient would get NaN.
    private const double LeastSquare = 1e-12;

    public Tensor OnReal(Tensor scores) => -scores.mean();

    public Tensor OnMade(Tensor scores) => scores.mean();

    public Tensor Passing(Tensor scores) => -scores.mean();

    public Tensor Penalty(Func<Tensor, Tensor> judge, Tensor real, Tensor made)
    {
        Tensor share = rand([real.shape[0], 1, 1, 1], device: real.device);
        return PenaltyAt(judge, share * real + (1 - share) * made);
    }

    /// <summary>The penalty at given x̂.</summary>
    public Tensor PenaltyAt(Func<Tensor, Tensor> judge, Tensor between)
    {
        between = between.detach().requires_grad_(true);
        Tensor norms = (InputGradient.SquaredNorms(judge(between), between) + LeastSquare).sqrt();
        return penalty * (norms - 1).square().mean();
    }
}

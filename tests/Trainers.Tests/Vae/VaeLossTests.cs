using MLNetGen.Vae;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Vae;

public class VaeLossTests
{
    [Fact]
    public void Kl_of_the_prior_itself_is_zero()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal(0, VaeLoss.Kl(zeros(3, 4), zeros(3, 4)).ToDouble(), 6);
    }

    // KL(N(m, s²) ‖ N(0, 1)) = ln(1/s) + (s² + m²)/2 − 1/2.
    [Theory]
    [InlineData(1.5, 0.3)]
    [InlineData(-0.7, 2.0)]
    public void Kl_is_the_textbooks(double mean, double deviation)
    {
        using DisposeScope scope = NewDisposeScope();
        double logVar = 2 * Math.Log(deviation);
        double expected = -Math.Log(deviation) + (deviation * deviation + mean * mean) / 2 - 0.5;
        Assert.Equal(6 * expected, VaeLoss.Kl(full(3, 2, mean), full(3, 2, logVar)).ToDouble(), 4);
    }

    [Fact]
    public void Bernoulli_is_the_cross_entropy_of_the_sigmoid()
    {
        using DisposeScope scope = NewDisposeScope();
        VaeLoss loss = new(VaeLikelihood.Bernoulli, 1);
        float[] logits = [2, -1, 0.5f], pixels = [1, 0, 0.25f];
        double expected = logits.Zip(pixels, (l, x) =>
        {
            double p = 1 / (1 + Math.Exp(-l));
            return -(x * Math.Log(p) + (1 - x) * Math.Log(1 - p));
        }).Sum();
        Assert.Equal(expected, loss.Reconstruction(tensor(logits), tensor(pixels)).ToDouble(), 5);
    }

    [Fact]
    public void Gaussian_is_the_density_of_the_sigmoid()
    {
        using DisposeScope scope = NewDisposeScope();
        const double Deviation = 0.2;
        VaeLoss loss = new(VaeLikelihood.Gaussian, Deviation);
        float[] logits = [2, -1, 0.5f], pixels = [1, 0, 0.25f];
        double expected = logits.Zip(pixels, (l, x) =>
        {
            double error = x - 1 / (1 + Math.Exp(-l));
            return error * error / (2 * Deviation * Deviation) + Math.Log(Deviation * Math.Sqrt(2 * Math.PI));
        }).Sum();
        Assert.Equal(expected, loss.Reconstruction(tensor(logits), tensor(pixels)).ToDouble(), 4);
    }

    [Theory]
    [InlineData(VaeLikelihood.Bernoulli)]
    [InlineData(VaeLikelihood.Gaussian)]
    public void Scores_of_the_saved_model_are_the_trainings_likelihood(VaeLikelihood likelihood)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = randn(1, 3, 4, 4) * 20, pixels = rand(1, 3, 4, 4);
        double trained = new VaeLoss(likelihood, 0.1).Reconstruction(logits, pixels).ToDouble();
        var (error, nats) = new PictureScores(likelihood, 0.1).call(pixels, logits);
        Assert.Equal(trained, nats.ToDouble(), 3);
        Assert.Equal((pixels - logits.sigmoid()).pow(2).mean().ToDouble(), error.ToDouble(), 5);
    }
}

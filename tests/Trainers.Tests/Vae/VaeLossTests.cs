using MLNetGen.Vae;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Vae;

public class VaeLossTests
{
    // KL by dimension, a mean over the two rows: 0.7294, 0.5810, 0.0063.
    private const double KlSum = 2.6334828603799165;

    [Fact]
    public void Kl_of_the_prior_itself_is_zero()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal(0, GaussianKl.Sum(zeros(3, 4), zeros(3, 4)).ToDouble(), 6);
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
        Assert.Equal(6 * expected, GaussianKl.Sum(full(3, 2, mean), full(3, 2, logVar)).ToDouble(), 4);
        Assert.Equal([expected, expected], GaussianKl.ByDimension(full(3, 2, mean), full(3, 2, logVar)).data<float>().Select(kl => (double)kl), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    // A mean of log q(z) − log p(z) over draws of z from q.
    [Fact]
    public void Kl_is_what_random_draws_say()
    {
        using DisposeScope scope = NewDisposeScope();
        const double Mean = 1.2, Deviation = 0.4;
        const int Draws = 200_000;
        double sum = 0;
        float[] noise = LatentNoise.Rows(0, Draws, 1);
        foreach (float e in noise)
        {
            double z = Mean + Deviation * e;
            sum += -Math.Log(Deviation) - e * e / 2.0 + z * z / 2;
        }
        double kl = GaussianKl.Sum(full(1, 1, Mean), full(1, 1, 2 * Math.Log(Deviation))).ToDouble();
        Assert.InRange(sum / Draws / kl, 0.99, 1.01);
    }

    // The lecture's Σ(exp σ − (1 + σ) + m²), σ the log-variance; with the summed squared error it is 2·(−ELBO) of a Gaussian of deviation 1, but for a constant.
    [Fact]
    public void The_lectures_form_is_twice_the_negative_elbo_of_a_gaussian_of_deviation_1_less_a_constant()
    {
        using DisposeScope scope = NewDisposeScope();
        using PixelLikelihood likelihood = new(VaeLikelihood.Gaussian, deviation: 1, isLearnt: false);
        Tensor mean = randn(5, 3), logVar = randn(5, 3), logits = randn(5, 7), pixels = rand(5, 7);
        double lecture = (logVar.exp() - (1 + logVar) + mean.pow(2)).sum().ToDouble();
        double squares = (pixels - logits.sigmoid()).pow(2).sum().ToDouble();
        Assert.Equal(2 * GaussianKl.Sum(mean, logVar).ToDouble(), lecture, 3);
        double negativeElbo = likelihood.call(logits, pixels).ToDouble() + GaussianKl.Sum(mean, logVar).ToDouble();
        Assert.Equal(2 * negativeElbo - 5 * 7 * Math.Log(2 * Math.PI), squares + lecture, 3);
    }

    // Figures of PyTorch's torch.distributions.kl_divergence, in double precision.
    [Theory]
    [InlineData(4, 2, 0, null, 0.5, 4 * 0.25 * KlSum)]                                // β 4, a quarter of the warm-up
    [InlineData(1, 2, 0, null, 5, KlSum)]                                             // after it
    [InlineData(0.5, 0, 0, null, 0, 0.5 * KlSum)]
    [InlineData(1, 0, 0.2, null, 0, 3.020897401342093)]                               // free bits
    [InlineData(2, 2, 0.2, null, 1, 3.020897401342093)]
    [InlineData(4, 2, 0, 3.0, 1, 1.466068558480334)]                                  // 4 · |KL − 2 rows · 3 · 1/2|
    [InlineData(1, 0, 0, 1.0, 0, KlSum - 2)]
    public void The_penalty_is_the_papers(double beta, double warmUp, double freeBits, double? capacity, double epochs, double expected)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor mean, Tensor logVar) = Posterior();
        VaeTrainer.Options options = new() { Beta = beta, KlWarmUpEpochs = warmUp, FreeBits = freeBits, Capacity = capacity };
        Tensor penalty = new KlPenalty(options).Of(mean, logVar, GaussianKl.Sum(mean, logVar), epochs);
        Assert.Equal(expected, penalty.ToDouble(), 4);
    }

    [Fact]
    public void A_dimension_below_its_free_bits_is_not_pushed_and_another_as_without()
    {
        using DisposeScope scope = NewDisposeScope();
        float[] With(double freeBits)
        {
            (Tensor mean, Tensor logVar) = Posterior();
            mean.requires_grad = true;
            new KlPenalty(new() { FreeBits = freeBits }).Of(mean, logVar, GaussianKl.Sum(mean, logVar), 0).backward();
            return [.. mean.grad!.data<float>()];
        }
        float[] free = With(0.2), plain = With(0);
        Assert.Equal([plain[0], plain[1], 0, plain[3], plain[4], 0], free, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Kl_below_its_capacity_is_pushed_up()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor mean, Tensor logVar) = Posterior();
        mean.requires_grad = true;
        new KlPenalty(new() { Capacity = 5 }).Of(mean, logVar, GaussianKl.Sum(mean, logVar), 0).backward();
        Assert.Equal([.. mean.data<float>().Select(m => -m)], mean.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Bernoulli_is_the_cross_entropy_of_the_sigmoid()
    {
        using DisposeScope scope = NewDisposeScope();
        using PixelLikelihood likelihood = new(VaeLikelihood.Bernoulli, double.NaN, isLearnt: false);
        float[] logits = [2, -1, 0.5f], pixels = [1, 0, 0.25f];
        double expected = logits.Zip(pixels, (l, x) =>
        {
            double p = 1 / (1 + Math.Exp(-l));
            return -(x * Math.Log(p) + (1 - x) * Math.Log(1 - p));
        }).Sum();
        Assert.Equal(expected, likelihood.call(tensor(logits), tensor(pixels)).ToDouble(), 5);
    }

    // Figures of PyTorch's torch.distributions.Normal.
    [Theory]
    [InlineData(0.3, 0.3963681763387492)]
    [InlineData(0.07, 17.765237340494977)]
    public void Gaussian_is_the_density_of_the_sigmoid_with_a_given_deviation_or_a_learnt_one(double deviation, double expected)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (bool isLearnt in (bool[])[false, true])
        {
            using PixelLikelihood likelihood = new(VaeLikelihood.Gaussian, deviation, isLearnt);
            Assert.Equal(expected, likelihood.call(tensor((float[])[2, -1, 0.5f]), tensor((float[])[1, 0, 0.25f])).ToDouble(), 4);
            Assert.Equal(deviation, likelihood.Deviation, 6);
        }
    }

    // The deviation at which a Gaussian's likelihood is greatest is the root of the mean squared error.
    [Fact]
    public void A_learnt_deviation_goes_to_the_root_of_the_mean_squared_error()
    {
        using DisposeScope scope = NewDisposeScope();
        using PixelLikelihood likelihood = new(VaeLikelihood.Gaussian, 0.5, isLearnt: true);
        Tensor logits = randn(50, 20), pixels = (logits.sigmoid() + 0.05 * randn(50, 20)).clamp(0, 1);
        using var adam = optim.Adam(likelihood.parameters(), 0.02);
        for (int step = 0; step < 1000; step++)
        {
            adam.zero_grad();
            (likelihood.call(logits, pixels) / 50).backward();
            adam.step();
        }
        Assert.Equal((pixels - logits.sigmoid()).pow(2).mean().sqrt().ToDouble(), likelihood.Deviation, 4);
    }

    // Figures of PyTorch's distributions: differences of a logistic's cumulative distribution.
    [Theory]
    [InlineData(0, 0.1, 0.05, 2.092468489956918)]
    [InlineData(255, 0.9, 0.02, 4.909365299339025)]
    [InlineData(100, 0.5, 0.03, 5.683069226592232)]
    [InlineData(100, 0.39, 0.2, 5.318157078055258)]
    [InlineData(254, 0.97, 0.01, 3.6822082469425603)]
    public void A_levels_nats_are_the_logistic_distributions(int level, double mean, double scale, double expected)
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal(expected, LogisticLevels.Nats(tensor([level / 255f]), tensor([(float)mean]), tensor((float)scale)).ToDouble(), 4);
    }

    [Theory]
    [InlineData(0.5, 0.1)]
    [InlineData(0.001, 0.03)]
    [InlineData(0.999, 0.5)]
    [InlineData(0.3, 0.002)]
    public void The_probabilities_of_all_256_levels_are_1_together(double mean, double scale)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor levels = arange(256, ScalarType.Float32) / 255;
        Assert.Equal(1, (-LogisticLevels.Nats(levels, full_like(levels, mean), tensor((float)scale))).exp().sum().ToDouble(), 4);
    }

    // Simpson's rule over the logistic's density, between the ends of a level's bin.
    [Theory]
    [InlineData(37, 0.2, 0.05)]
    [InlineData(200, 0.75, 0.01)]
    public void A_levels_probability_is_the_integral_of_the_density_over_its_bin(int level, double mean, double scale)
    {
        using DisposeScope scope = NewDisposeScope();
        const int Parts = 100;
        double from = (level - 0.5) / 255, h = 1.0 / 255 / Parts, integral = 0;
        for (int i = 0; i <= Parts; i++)
        {
            double e = Math.Exp(-(from + i * h - mean) / scale);
            integral += (i is 0 or Parts ? 1 : i % 2 == 1 ? 4 : 2) * e / (scale * (1 + e) * (1 + e)) * h / 3;
        }
        Assert.Equal(integral, Math.Exp(-LogisticLevels.Nats(tensor([level / 255f]), tensor([(float)mean]), tensor((float)scale)).ToDouble()), integral * 1e-3);
    }

    [Fact]
    public void A_level_far_from_the_mean_costs_much_and_not_infinitely()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor mean = tensor([1f, 0f]), scale = tensor(0.002f);
        float[] nats = [.. LogisticLevels.Nats(tensor([0f, 200 / 255f]), mean, scale).data<float>()];
        Assert.Equal([(1 - 0.5 / 255) / 0.002, 199.5 / 255 / 0.002 - Math.Log(1 - Math.Exp(-1 / (255 * 0.002)))], nats.Select(n => (double)n), (a, b) => Math.Abs(a - b) < 0.01);
    }

    [Theory]
    [InlineData(VaeLikelihood.Bernoulli, false)]
    [InlineData(VaeLikelihood.Gaussian, false)]
    [InlineData(VaeLikelihood.Gaussian, true)]
    [InlineData(VaeLikelihood.DiscretizedLogistic, true)]
    public void Scores_of_the_saved_model_are_the_trainings_likelihood(VaeLikelihood kind, bool isLearnt)
    {
        using DisposeScope scope = NewDisposeScope();
        using PixelLikelihood likelihood = new(kind, 0.1, isLearnt);
        Tensor logits = randn(1, 3, 4, 4) * 20, pixels = (rand(1, 3, 4, 4) * 255).round() / 255;
        double trained = likelihood.call(logits, pixels).ToDouble();
        using PictureScores scores = likelihood.ToScores();
        var (error, nats) = scores.call(pixels, logits);
        Assert.Equal(trained, nats.ToDouble(), 1e-5 * Math.Abs(trained) + 1e-3);
        Assert.Equal((pixels - logits.sigmoid()).pow(2).mean().ToDouble(), error.ToDouble(), 5);
    }

    private static (Tensor Mean, Tensor LogVar) Posterior() => (
        tensor((float[])[0.5f, -1, 0.1f, 1.5f, 0.2f, -0.1f], [2, 3]),
        tensor((float[])[0.3f, -2, 0, -1, 0.5f, 0.1f], [2, 3]));
}

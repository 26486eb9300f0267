using MLNetGen.Gan;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Gan;

public class GanObjectiveTests
{
    private static readonly float[] Outputs = [-2, -0.5f, 0.25f, 1, 3];

    private static Tensor Logits => tensor(Outputs, [Outputs.Length, 1]);

    [Fact]
    public void The_non_saturating_loss_is_cross_entropy()
    {
        NonSaturatingObjective objective = new(labelNoise: 0);
        Equal(x => -Math.Log(Sigmoid(x)), objective.OnReal(Logits));
        Equal(x => -Math.Log(1 - Sigmoid(x)), objective.OnMade(Logits));
        Equal(x => -Math.Log(Sigmoid(x)), objective.Passing(Logits));

        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
    }

    [Fact]
    public void Noisy_targets_are_below_one_for_real_pictures_and_above_zero_for_made_ones()
    {
        manual_seed(1);
        NonSaturatingObjective objective = new(labelNoise: 0.2);
        Tensor many = full([10_000, 1], 30f), targets = objective.RealTargets(many);
        Assert.InRange(targets.min().item<float>(), 0.8f, 0.801f);
        Assert.InRange(targets.max().item<float>(), 0.999f, 1f);
        Assert.Equal(0.9, targets.mean().item<float>(), 0.005);

        // Of a large logit x, cross-entropy is (1 − target)·x.
        Assert.Equal(30 * 0.1, objective.OnReal(many).item<float>(), 0.15);
        Assert.Equal(30 * 0.9, objective.OnMade(many).item<float>(), 0.15);
        Assert.Equal(0, objective.Passing(many).item<float>(), 1e-6);
    }

    [Fact]
    public void The_hinge_loss_stops_at_the_margin()
    {
        HingeObjective objective = new();
        Equal(x => Math.Max(0, 1 - x), objective.OnReal(Logits));
        Equal(x => Math.Max(0, 1 + x), objective.OnMade(Logits));
        Equal(x => -x, objective.Passing(Logits));
    }

    [Fact]
    public void The_Wasserstein_loss_is_the_difference_of_the_scores()
    {
        WassersteinObjective objective = new(penalty: 10);
        Equal(x => -x, objective.OnReal(Logits));
        Equal(x => x, objective.OnMade(Logits));
        Equal(x => -x, objective.Passing(Logits));
    }

    private static void Equal(Func<double, double> loss, Tensor found) =>
        Assert.Equal(Outputs.Average(x => loss(x)), found.item<float>(), 1e-6);
}

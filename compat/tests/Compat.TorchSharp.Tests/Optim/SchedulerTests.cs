using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Compat.TorchSharpTests.Optim;

/// <summary>Learning rates, one a step, against PyTorch 1.13, from 0.5.</summary>
public class SchedulerTests
{
    public static TheoryData<string, double[]> Rates => new()
    {
        { "step", [0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125] },
        { "exponential", [0.5, 0.45, 0.405, 0.3645] },
        { "lambda", [0.5, 0.25, 0.166666666667, 0.125, 0.1] },
        { "cosine", [0.5, 0.441421356237, 0.3, 0.158578643763, 0.1, 0.158578643763, 0.3, 0.441421356237, 0.5, 0.441421356237] },
        { "one cycle", [0.04, 0.52, 1, 0.950484632013, 0.81174565395, 0.611262021936, 0.388741978064, 0.18825834605, 0.0495193679865, 4e-06] },
        { "one cycle of three phases", [0.04, 0.52, 1, 0.52, 0.04, 0.0320008, 0.0240016, 0.0160024, 0.0080032, 4e-06] },
    };

    [Theory]
    [MemberData(nameof(Rates))]
    public void Rates_follow_PyTorchs(string name, double[] expected)
    {
        using var scope = NewDisposeScope();
        using var sgd = SGD([new Parameter(ones(1))], 0.5, momentum: 0.9);
        var group = sgd.ParamGroups.Single();
        var scheduler = Make(name, sgd);
        foreach (double rate in expected)
        {
            Assert.Equal(rate, group.LearningRate, 11);
            Assert.Equal([group.LearningRate], scheduler.get_last_lr());
            scheduler.step();
        }
    }

    [Fact]
    public void One_cycle_moves_momentum_and_the_first_beta_against_the_rate()
    {
        double[] expected = [0.95, 0.9, 0.85, 0.854951556605, 0.868825509907, 0.888873953302, 0.911126046698, 0.931174490093, 0.945048443395, 0.95];
        using var scope = NewDisposeScope();
        using var sgd = SGD([new Parameter(ones(1))], 0.5, momentum: 0.9);
        using var adam = Adam([new Parameter(ones(1))]);
        RunOneCycle(sgd, out var momentum);
        RunOneCycle(adam, out var beta);
        Assert.Equal(expected, momentum.Select(value => Math.Round(value, 12)));
        Assert.Equal(expected, beta.Select(value => Math.Round(value, 12)));
    }

    [Fact]
    public void An_epoch_given_sets_the_rate_in_closed_form()
    {
        using var scope = NewDisposeScope();
        using var sgd = SGD([new Parameter(ones(1))], 0.5);
        var scheduler = lr_scheduler.StepLR(sgd, 3, 0.5);
        scheduler.step(7);
        Assert.Equal(0.125, sgd.ParamGroups.Single().LearningRate);
    }

    [Fact]
    public void One_cycle_wants_its_number_of_steps()
    {
        using var scope = NewDisposeScope();
        using var sgd = SGD([new Parameter(ones(1))], 0.5, momentum: 0.9);
        Assert.Throws<ArgumentException>(() => lr_scheduler.OneCycleLR(sgd, 1.0));
        Assert.Throws<ArgumentException>(() => lr_scheduler.OneCycleLR(sgd, 1.0, total_steps: 0));
    }

    private static void RunOneCycle(Optimizer optimizer, out List<double> momenta)
    {
        var scheduler = lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps: 10);
        momenta = [];
        for (int i = 0; i < 10; i++)
        {
            var group = optimizer.ParamGroups.Single();
            momenta.Add(group is IBetas betas ? betas.Betas.Item1 : ((IMomentum)group).Momentum);
            scheduler.step();
        }
    }

    private static lr_scheduler.LRScheduler Make(string name, Optimizer optimizer) => name switch
    {
        "step" => lr_scheduler.StepLR(optimizer, 3, 0.5),
        "exponential" => lr_scheduler.ExponentialLR(optimizer, 0.9),
        "lambda" => lr_scheduler.LambdaLR(optimizer, epoch => 1.0 / (1 + epoch)),
        "cosine" => lr_scheduler.CosineAnnealingLR(optimizer, 4, 0.1),
        "one cycle" => lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps: 10),
        "one cycle of three phases" => lr_scheduler.OneCycleLR(
            optimizer, 1.0, epochs: 5, steps_per_epoch: 2, anneal_strategy: lr_scheduler.impl.OneCycleLR.AnnealStrategy.Linear, three_phase: true),
        _ => throw new ArgumentException(name),
    };
}

using MLNetGen.Style;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Style;

/// <summary>Held against libtorch's own, with which TorchSharp comes.</summary>
public sealed class LbfgsTests
{
    private const int Iterations = 20;

    // A history that overflows, one of a single step, and one that never fills.
    [Theory]
    [InlineData(4, 0.5)]
    [InlineData(1, 0.3)]
    [InlineData(100, 0.4)]
    public void Its_iterates_are_those_of_torch(int history, double rate)
    {
        using var scope = NewDisposeScope();
        double[][] own = Iterates(parameter => new Lbfgs(parameter, rate, history));
        double[][] torchs = Iterates(parameter => optim.LBFGS([parameter], rate, max_iter: 1, tolerange_grad: 0, tolerance_change: 0, history_size: history));

        for (int n = 0; n < Iterations; n++)
            Assert.All(own[n].Zip(torchs[n]), pair => Assert.Equal(pair.Second, pair.First, 1e-5 * Math.Max(1, Math.Abs(pair.Second))));
        // It moved, and to where the loss is less.
        Assert.True(Rosenbrock(tensor(own[^1])).ToDouble() < 0.2 * Rosenbrock(Start()).ToDouble());
    }

    [Fact]
    public void Where_the_gradient_is_zero_it_stays()
    {
        using var scope = NewDisposeScope();
        Parameter parameter = new(ones(3, ScalarType.Float64));
        using Lbfgs optimizer = new(parameter, learningRate: 1, historySize: 5);

        for (int n = 0; n < 3; n++)
            Step(optimizer, parameter);

        Assert.Equal([1.0, 1, 1], parameter.data<double>().ToArray());
    }

    // A quadratic of two dimensions has its minimum two whole steps of exact curvature away; a fixed step of 1 gets there soon.
    [Fact]
    public void A_quadratic_is_solved()
    {
        using var scope = NewDisposeScope();
        Parameter parameter = new(tensor((double[])[3, -2]));
        using Lbfgs optimizer = new(parameter, learningRate: 1, historySize: 5);

        for (int n = 0; n < 15; n++)
        {
            optimizer.step(() =>
            {
                optimizer.zero_grad();
                Tensor loss = (parameter.pow(2) * tensor((double[])[1, 4])).sum();
                loss.backward();
                return loss;
            });
        }

        Assert.All(parameter.data<double>().ToArray(), value => Assert.Equal(0, value, 1e-8));
    }

    private static double[][] Iterates(Func<Parameter, optim.Optimizer> make)
    {
        Parameter parameter = new(Start());
        using optim.Optimizer optimizer = make(parameter);
        return [.. Enumerable.Range(0, Iterations).Select(_ =>
        {
            Step(optimizer, parameter);
            return parameter.data<double>().ToArray();
        })];
    }

    private static void Step(optim.Optimizer optimizer, Parameter parameter)
    {
        using var scope = NewDisposeScope();
        optimizer.step(() =>
        {
            optimizer.zero_grad();
            Tensor loss = Rosenbrock(parameter);
            loss.backward();
            return loss.MoveToOuterDisposeScope();
        });
    }

    private static Tensor Start() => tensor((double[])[-0.4, 0.5, 0.2, 0.3, -0.1, 0.6]);

    // Its valley is bent, and less steep than the one of 1960, so that steps of a fixed length stay in it.
    private static Tensor Rosenbrock(Tensor x) => (5 * (x[1..] - x[..^1].pow(2)).pow(2) + (1 - x[..^1]).pow(2)).sum();
}

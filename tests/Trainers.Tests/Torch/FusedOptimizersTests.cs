using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Torch;

/// <summary>Held against TorchSharp's own optimisers.</summary>
public sealed class FusedOptimizersTests
{
    private const int Steps = 100;
    private const double Tolerance = 1e-6;

    private static readonly long[][] Shapes = [[400, 30], [400], [16, 3, 4, 4], [1], [2, 1, 1, 1]];

    private static readonly Dictionary<string, (Func<Parameter[], OptimizerHelper> Own, Func<Parameter[], OptimizerHelper> TorchSharps)> Kinds = new()
    {
        ["Adam"] = (p => new FusedOptimizers.Adam(p, 2e-3, 0.5, 0.99, 1e-7), p => optim.Adam(p, 2e-3, 0.5, 0.99, 1e-7)),
        ["Adam with decay"] = (p => new FusedOptimizers.Adam(p, decay: 0.1), p => optim.Adam(p, weight_decay: 0.1)),
        ["AdamW"] = (p => new FusedOptimizers.AdamW(p, decay: 0.1), p => optim.AdamW(p, weight_decay: 0.1)),
        ["SGD"] = (p => new FusedOptimizers.SGD(p, 1e-2), p => optim.SGD(p, 1e-2)),
        ["SGD with momentum"] = (p => new FusedOptimizers.SGD(p, 1e-2, 0.9, 5e-4), p => optim.SGD(p, 1e-2, 0.9, weight_decay: 5e-4)),
        ["SGD of Nesterov"] = (p => new FusedOptimizers.SGD(p, 1e-2, 0.9, 5e-4, nesterov: true), p => optim.SGD(p, 1e-2, 0.9, weight_decay: 5e-4, nesterov: true)),
    };

    public static TheoryData<string> Names => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hundred_steps_are_those_of_TorchSharp(string kind)
    {
        using var scope = NewDisposeScope();
        Parameter[] own = Parameters(), torchs = Parameters();
        using OptimizerHelper fused = Kinds[kind].Own(own), plain = Kinds[kind].TorchSharps(torchs);

        for (int step = 0; step < Steps; step++)
        {
            // The rate moves, as a schedule moves it.
            fused.SetRate(1e-3 * (1 + step % 7));
            plain.SetRate(1e-3 * (1 + step % 7));
            Step(fused, own, step, areOtherwiseLaidOut: true);
            Step(plain, torchs, step, areOtherwiseLaidOut: true);
        }

        AssertNear(torchs, own);
        // They moved.
        Assert.All(Parameters().Zip(own), pair => Assert.True((pair.First - pair.Second).abs().max().ToDouble() > 1e-3));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Either_goes_on_from_the_others_state(string kind)
    {
        using var scope = NewDisposeScope();
        Parameter[] own = Parameters(), torchs = Parameters();
        using OptimizerHelper fused = Kinds[kind].Own(own), plain = Kinds[kind].TorchSharps(torchs);
        for (int step = 0; step < 10; step++)
        {
            Step(fused, own, step);
            Step(plain, torchs, step);
        }
        Parameter[] afterOwn = Copies(own), afterTorchs = Copies(torchs);
        using OptimizerHelper plainAfter = Kinds[kind].TorchSharps(afterOwn), fusedAfter = Kinds[kind].Own(afterTorchs);
        Load(plainAfter, Saved(fused));
        Load(fusedAfter, Saved(plain));

        for (int step = 10; step < 20; step++)
        {
            Step(fused, own, step);
            Step(plainAfter, afterOwn, step);
            Step(fusedAfter, afterTorchs, step);
        }

        AssertNear(own, afterOwn);
        AssertNear(own, afterTorchs);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_saved_state_goes_on_bit_for_bit(string kind)
    {
        using var scope = NewDisposeScope();
        Parameter[] whole = Parameters();
        using OptimizerHelper one = Kinds[kind].Own(whole);
        for (int step = 0; step < 10; step++) Step(one, whole, step);
        Parameter[] parted = Copies(whole);
        using OptimizerHelper other = Kinds[kind].Own(parted);
        Load(other, Saved(one));

        for (int step = 10; step < 20; step++)
        {
            Step(one, whole, step);
            Step(other, parted, step);
        }

        Assert.All(whole.Zip(parted), pair => Assert.Equal(pair.First.data<float>().ToArray(), pair.Second.data<float>().ToArray()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_parameter_without_a_gradient_stays_and_begins_when_it_has_one(string kind)
    {
        using var scope = NewDisposeScope();
        Parameter[] own = Parameters(), torchs = Parameters();
        using OptimizerHelper fused = Kinds[kind].Own(own), plain = Kinds[kind].TorchSharps(torchs);
        float[] frozen = own[0].data<float>().ToArray();
        for (int step = 0; step < 5; step++)
        {
            Step(fused, own, step, first: 1);
            Step(plain, torchs, step, first: 1);
        }
        Assert.Equal(frozen, own[0].data<float>().ToArray());

        // From now on their numbers of steps differ.
        for (int step = 5; step < 10; step++)
        {
            Step(fused, own, step);
            Step(plain, torchs, step);
        }

        AssertNear(torchs, own);
    }

    [Fact]
    public void Gradients_are_let_go()
    {
        using var scope = NewDisposeScope();
        Parameter[] own = Parameters();
        using FusedOptimizers.Adam fused = new(own);
        Step(fused, own, 0);
        Assert.All(own, parameter => Assert.NotNull(parameter.grad));

        fused.zero_grad();

        Assert.All(own, parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void Averages_approach_as_by_two_products()
    {
        using var scope = NewDisposeScope();
        Tensor[] averages = [.. Shapes.Select(shape => randn(shape))], values = [.. Shapes.Select(shape => randn(shape))];
        Tensor[] expected = [.. averages.Zip(values, (average, value) => average * 0.9 + value * 0.1)];

        FusedOptimizers.Approach(averages, values, 0.1);

        Assert.All(expected.Zip(averages), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 0, atol: Tolerance)));
    }

    // Shorter than the gradients, and longer.
    [Theory]
    [InlineData(0.5)]
    [InlineData(1e6)]
    public void Gradients_are_clipped_as_by_TorchSharp(double longest)
    {
        using var scope = NewDisposeScope();
        Parameter[] own = Parameters(), torchs = Parameters();
        // One without a gradient.
        foreach ((Parameter a, Parameter b) in own.Zip(torchs).Skip(1))
        {
            a.grad = randn_like(a);
            b.grad = a.grad.clone();
        }

        FusedOptimizers.ClipGradients(own, longest);
        nn.utils.clip_grad_norm_(torchs, longest);

        Assert.Null(own[0].grad);
        Assert.All(torchs.Zip(own).Skip(1), pair => Assert.True(pair.First.grad!.allclose(pair.Second.grad!, rtol: 1e-5, atol: Tolerance)));
        Assert.Equal(Math.Min(longest, Length(torchs)), Length(own), 1e-4 * Length(own));

        static double Length(Parameter[] parameters) => Math.Sqrt(parameters.Skip(1).Sum(parameter => parameter.grad!.square().sum().ToDouble()));
    }

    private static Parameter[] Parameters()
    {
        using Generator generator = new(1);
        return [.. Shapes.Select(shape => new Parameter(randn(shape, generator: generator)))];
    }

    private static Parameter[] Copies(Parameter[] parameters) => [.. parameters.Select(parameter => new Parameter(parameter.detach().clone()))];

    // Gradients of the step's own, which the parameters of both sides get alike.
    private static void Step(OptimizerHelper optimizer, Parameter[] parameters, int step, int first = 0, bool areOtherwiseLaidOut = false)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new((ulong)(100 + step));
        optimizer.zero_grad();
        for (int i = 0; i < parameters.Length; i++)
        {
            Tensor gradient = randn(Shapes[i], generator: generator);
            // As a convolution in channels-last layout gives them.
            if (areOtherwiseLaidOut && Shapes[i].Length == 4)
                gradient = gradient.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
            if (i >= first)
                parameters[i].grad = gradient;
        }
        optimizer.step();
    }

    private static byte[] Saved(OptimizerHelper optimizer)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        optimizer.save_state_dict(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static void Load(OptimizerHelper optimizer, byte[] state)
    {
        using BinaryReader reader = new(new MemoryStream(state));
        optimizer.load_state_dict(reader);
    }

    private static void AssertNear(Parameter[] expected, Parameter[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.True((pair.First - pair.Second).abs().max().ToDouble() <= Tolerance));
}

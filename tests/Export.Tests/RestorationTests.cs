using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public class RestorationTests
{
    [Fact]
    public void Hooks_modes_and_random_state_are_as_before_after_success()
    {
        var leaf = new Counted();
        CheckUntouched(leaf, fails: false);
        Assert.Equal(0, leaf.HookCount);
    }

    [Fact]
    public void Hooks_modes_and_random_state_are_as_before_after_failure()
    {
        using var layersOnly = new LayersOnly();
        var leaf = new Mystery();
        CheckUntouched(leaf, fails: true);
        Assert.Equal(0, leaf.HookCount);
    }

    [Fact]
    public void The_check_leaves_modes_and_random_state_alone()
    {
        Sequential network = Sequential(Linear(4, 4), Dropout(0.5));
        network.train();
        using OnnxFile file = OnnxFile.Of(network, randn(2, 4));
        Tensor before = get_rng_state();
        OnnxParity parity = OnnxCheck.CompareRandom(network, file.Path, randn(2, 4));
        set_rng_state(before);
        Tensor a = randn(3);
        set_rng_state(before);
        OnnxCheck.CompareRandom(network, file.Path, zeros(2, 4));
        Assert.True(a.allclose(randn(3)));
        Assert.True(network.training);
        Assert.True(parity.IsWithin(1e-5), parity.ToString());
    }

    [Fact]
    public void Threads_that_export_one_module_wait_for_each_other()
    {
        Sequential network = Sequential(Linear(64, 64), Dropout(0.5), Linear(64, 4));
        network.train();
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            using var scope = NewDisposeScope();
            using OnnxFile file = OnnxFile.Of(network, ones(2, 64));
            OnnxParity parity = OnnxCheck.Compare(network, file.Path, ones(3, 64));
            Assert.True(parity.IsWithin(1e-5), parity.ToString());
        });
        Assert.All(network.modules(), module => Assert.True(module.training));
    }

    [Fact]
    public void A_tensor_that_the_module_holds_outlives_a_failed_export()
    {
        using var layersOnly = new LayersOnly();
        using Tensor held = rand(2, 3);
        var error = Assert.Throws<InvalidOperationException>(() => OnnxFile.Of(new Network(_ => held, ReLU()), randn(2, 3)));
        Assert.Contains("was not produced by any module", error.Message);
        Assert.False(held.IsInvalid);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        var network = new NestedNetwork();
        using Tensor example = randn(2, 3, 8, 8);
        using OnnxFile file = OnnxFile.Of(network, example);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        OnnxExporter.Export(network, example, file.Path);
        OnnxCheck.Compare(network, file.Path, example);
        Assert.Throws<ArgumentException>(() => OnnxExporter.Export(Sequential(network, network), example, file.Path));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void CheckUntouched(Module<Tensor, Tensor> last, bool fails)
    {
        Linear frozen = Linear(4, 4);
        // Draws a number in its forward, as a variational encoder does.
        Module<Tensor, Tensor> network = Sequential(Linear(4, 4), frozen, Dropout(0.5), new Drawing(), last);
        network.train();
        frozen.eval();
        manual_seed(5);
        Tensor expected = randn(4);

        manual_seed(5);
        bool failed = false;
        try
        {
            using OnnxFile file = OnnxFile.Of(network, zeros(2, 4));
        }
        catch (NotSupportedException)
        {
            failed = true;
        }

        Assert.Equal(fails, failed);
        Assert.True(expected.equal(randn(4)).all().item<bool>());
        Assert.True(network.training);
        Assert.False(frozen.training);
        Assert.True(last.training);
        Assert.True(is_grad_enabled());
    }

    private sealed class Counted : Module<Tensor, Tensor>, IOnnxConvertible
    {
        public Counted()
            : base(nameof(Counted))
        {
        }

        public int HookCount => pre_hooks.Count + post_hooks.Count + module_pre_hooks.Count + module_post_hooks.Count;

        public override Tensor forward(Tensor input) => input.alias();

        public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input());
    }

    private sealed class Drawing : Module<Tensor, Tensor>, IOnnxConvertible
    {
        public Drawing()
            : base(nameof(Drawing))
        {
        }

        public override Tensor forward(Tensor input)
        {
            using Tensor noise = randn_like(input);
            return input + noise * 0;
        }

        public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input());
    }
}

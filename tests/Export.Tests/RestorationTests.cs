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

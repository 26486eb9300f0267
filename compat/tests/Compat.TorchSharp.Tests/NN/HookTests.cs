using static TorchSharp.torch.nn;

namespace Compat.TorchSharpTests.NN;

public class HookTests
{
    [Fact]
    public void Hooks_run_around_forward_in_the_order_in_which_they_were_registered()
    {
        using var scope = NewDisposeScope();
        var log = new List<string>();
        using var layer = new Logged(log);
        layer.register_forward_hook(_ => log.Add("module post"));
        layer.register_forward_hook((_, _, output) => Log(log, "post 1", output));
        layer.register_forward_hook((_, _, output) => Log(log, "post 2", output));
        layer.register_forward_pre_hook((_, input) => Log(log, "pre", input));
        layer.register_forward_pre_hook(_ => log.Add("module pre"));

        layer.call(ones(1));

        Assert.Equal(["module pre", "pre", "forward", "post 1", "post 2", "module post"], log);
    }

    [Fact]
    public void Forward_alone_runs_no_hook()
    {
        using var scope = NewDisposeScope();
        using var layer = ReLU();
        layer.register_forward_hook((_, _, _) => throw new InvalidOperationException());
        Assert.Equal(1f, layer.forward(ones(1)).item<float>());
    }

    [Fact]
    public void Hooks_may_replace_input_and_output()
    {
        using var scope = NewDisposeScope();
        using var layer = ReLU();
        layer.register_forward_pre_hook((_, input) => input.neg());
        layer.register_forward_hook((_, input, output) => output.add(input));

        Assert.Equal(6f, layer.call(tensor(-3f)).item<float>());
    }

    [Fact]
    public void A_hook_that_is_removed_runs_no_more()
    {
        using var scope = NewDisposeScope();
        using var layer = ReLU();
        int calls = 0;
        var handle = layer.register_forward_hook(_ => calls++);
        layer.call(ones(1));
        handle.remove();
        layer.call(ones(1));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void A_hook_of_a_module_of_two_arguments_sees_and_replaces_both()
    {
        using var scope = NewDisposeScope();
        using var loss = MSELoss();
        loss.register_forward_pre_hook((_, input, target) => (input.add(1), target.sub(1)));
        loss.register_forward_hook((_, input, target, output) => output.add(input).sub(target));

        // (1 + 1 - (0 - 1))² + 2 + 1
        Assert.Equal(12f, loss.call(tensor(1f), tensor(0f)).item<float>());
    }

    private static Tensor Log(List<string> log, string entry, Tensor tensor)
    {
        log.Add(entry);
        return tensor;
    }

    private sealed class Logged(List<string> log) : Module<Tensor, Tensor>(nameof(Logged))
    {
        public override Tensor forward(Tensor input)
        {
            log.Add("forward");
            return input.alias();
        }
    }
}

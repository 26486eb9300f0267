using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>A residual block in a module of its own: x + conv(relu(conv(x))), with one ReLU used twice.</summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1, conv2;
    private readonly ReLU relu;
    private readonly Add add = new();

    public ResidualBlock(int channels, bool inplace = false)
        : base(nameof(ResidualBlock))
    {
        conv1 = Conv2d(channels, channels, 3, padding: 1);
        conv2 = Conv2d(channels, channels, 3, padding: 1);
        relu = ReLU(inplace);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => relu.call(add.call(input, conv2.call(relu.call(conv1.call(input)))));
}

/// <summary>A stem, two residual blocks, a skip joined by channels, a layer that is never called, a head.</summary>
internal sealed class NestedNetwork : Module<Tensor, Tensor>
{
    private readonly Sequential stem, blocks, head;
    private readonly Concat join = new();
    private readonly Linear neverCalled;

    public NestedNetwork()
        : base(nameof(NestedNetwork))
    {
        stem = Sequential(Conv2d(3, 4, 3, padding: 1), BatchNorm2d(4), ReLU());
        blocks = Sequential(new ResidualBlock(4), Dropout(0.5), new ResidualBlock(4));
        head = Sequential(AdaptiveAvgPool2d(1), Flatten(), Linear(8, 5));
        neverCalled = Linear(2, 2);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor x = stem.call(input);
        return head.call(join.call([x, blocks.call(x)]));
    }
}

/// <summary>Runs any function of its parts, so that a test shows its forward method where it is.</summary>
internal sealed class Network : Module<Tensor, Tensor>
{
    private readonly ModuleList<nn.Module> parts;
    private readonly Func<Tensor, Tensor> run;

    public Network(Func<Tensor, Tensor> run, params nn.Module[] parts)
        : base(nameof(Network))
    {
        this.run = run;
        this.parts = ModuleList(parts);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => run(input);
}

/// <summary>A leaf that no converter knows.</summary>
internal sealed class Mystery : Module<Tensor, Tensor>
{
    public Mystery()
        : base(nameof(Mystery))
    {
    }

    public int HookCount => pre_hooks.Count + post_hooks.Count + module_pre_hooks.Count + module_post_hooks.Count;

    public override Tensor forward(Tensor input) => input.sin();
}

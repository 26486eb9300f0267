using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>LeCun et al. 1998, LeNet-5 as it is built today: [N, 1, 28, 28] → logits [N, 10].</summary>
internal sealed class LeNet : Module<Tensor, Tensor>
{
    private readonly Sequential features = Sequential(
        Conv2d(1, 6, 5, padding: 2), Tanh(), AvgPool2d(2),
        Conv2d(6, 16, 5), Tanh(), AvgPool2d(2));

    private readonly Sequential classifier = Sequential(
        Flatten(), Linear(16 * 5 * 5, 120), Tanh(), Linear(120, 84), Tanh(), Linear(84, 10));

    public LeNet()
        : base(nameof(LeNet)) => RegisterComponents();

    public override Tensor forward(Tensor input) => classifier.call(features.call(input));
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>He et al. 2015, 18 layers: [N, 3, H, W] → logits [N, 1000]. 64 is the paper's width.</summary>
internal sealed class ResNet18 : Module<Tensor, Tensor>
{
    private readonly Sequential stem, blocks, head;

    public ResNet18(int width)
        : base(nameof(ResNet18))
    {
        stem = Sequential(
            Conv2d(3, width, 7, stride: 2, padding: 3, bias: false), BatchNorm2d(width), ReLU(inplace: true), MaxPool2d(3, stride: 2, padding: 1));
        blocks = Sequential(
            new Block(width, width, 1), new Block(width, width, 1),
            new Block(width, 2 * width, 2), new Block(2 * width, 2 * width, 1),
            new Block(2 * width, 4 * width, 2), new Block(4 * width, 4 * width, 1),
            new Block(4 * width, 8 * width, 2), new Block(8 * width, 8 * width, 1));
        head = Sequential(AdaptiveAvgPool2d(1), Flatten(), Linear(8 * width, 1000));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => head.call(blocks.call(stem.call(input)));

    /// <summary>relu(shortcut(x) + bn(conv(relu(bn(conv(x)))))), the shortcut being the identity where shapes allow.</summary>
    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Sequential body;
        private readonly Module<Tensor, Tensor> shortcut;
        private readonly Add add = new();
        private readonly ReLU relu = ReLU();

        public Block(int input, int output, int stride)
            : base(nameof(Block))
        {
            body = Sequential(
                Conv2d(input, output, 3, stride: stride, padding: 1, bias: false), BatchNorm2d(output), ReLU(inplace: true),
                Conv2d(output, output, 3, padding: 1, bias: false), BatchNorm2d(output));
            shortcut = stride == 1 ? Identity() : Sequential(Conv2d(input, output, 1, stride: stride, bias: false), BatchNorm2d(output));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => relu.call(add.call(shortcut.call(input), body.call(input)));
    }
}

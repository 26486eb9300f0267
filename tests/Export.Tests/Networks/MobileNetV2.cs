using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Sandler et al. 2018, table 2, without the last 1280 channels: [N, 3, H, W] → logits [N, 1000]. 32 is the paper's width.</summary>
internal sealed class MobileNetV2 : Module<Tensor, Tensor>
{
    private readonly Sequential features, head;

    public MobileNetV2(int width)
        : base(nameof(MobileNetV2))
    {
        features = Sequential(Conv2d(3, width, 3, stride: 2, padding: 1, bias: false), BatchNorm2d(width), ReLU6());
        int channels = width, number = 0;
        foreach ((int expansion, int thirtySeconds, int blocks, int stride) in ((int, int, int, int)[])
            [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)])
        {
            int output = thirtySeconds * width / 32;
            for (int i = 0; i < blocks; i++)
            {
                features.append($"block{++number}", new InvertedResidual(channels, output, i == 0 ? stride : 1, expansion));
                channels = output;
            }
        }

        head = Sequential(AdaptiveAvgPool2d(1), Flatten(), Dropout(0.2), Linear(channels, 1000));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => head.call(features.call(input));

    /// <summary>1×1 convolution to more channels, one 3×3 kernel a channel, 1×1 convolution back; plus the input where shapes allow.</summary>
    private sealed class InvertedResidual : Module<Tensor, Tensor>
    {
        private readonly Sequential body = Sequential();
        private readonly Add add = new();
        private readonly bool residual;

        public InvertedResidual(int input, int output, int stride, int expansion)
            : base(nameof(InvertedResidual))
        {
            int hidden = input * expansion;
            if (expansion > 1)
            {
                body.append("expand", Conv2d(input, hidden, 1, bias: false));
                body.append("norm1", BatchNorm2d(hidden));
                body.append("relu1", ReLU6(inplace: true));
            }

            body.append("depthwise", Conv2d(hidden, hidden, 3, stride: stride, padding: 1, groups: hidden, bias: false));
            body.append("norm2", BatchNorm2d(hidden));
            body.append("relu2", ReLU6(inplace: true));
            body.append("project", Conv2d(hidden, output, 1, bias: false));
            body.append("norm3", BatchNorm2d(output));
            residual = stride == 1 && input == output;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => residual ? add.call(input, body.call(input)) : body.call(input);
    }
}

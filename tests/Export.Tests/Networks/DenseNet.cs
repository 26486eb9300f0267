using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>After Huang et al. 2016, with few layers: [N, 3, 32, 32] → logits [N, 10].</summary>
internal sealed class DenseNet : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public DenseNet(int growth = 8, int layersInBlock = 4)
        : base(nameof(DenseNet))
    {
        int channels = 2 * growth;
        layers = Sequential(("stem", Conv2d(3, channels, 3, padding: 1, bias: false)));
        for (int block = 1; block <= 3; block++)
        {
            layers.append($"block{block}", new DenseBlock(channels, growth, layersInBlock));
            channels += layersInBlock * growth;
            if (block == 3) break;
            layers.append($"transition{block}", Sequential(BatchNorm2d(channels), ReLU(), Conv2d(channels, channels / 2, 1, bias: false), AvgPool2d(2)));
            channels /= 2;
        }

        layers.append("head", Sequential(BatchNorm2d(channels), ReLU(), AdaptiveAvgPool2d(1), Flatten(), Linear(channels, 10)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => layers.call(input);

    /// <summary>Every layer sees what all layers before it made, joined by channels.</summary>
    private sealed class DenseBlock : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Sequential> layers = ModuleList<Sequential>();
        private readonly Concat join = new();

        public DenseBlock(int channels, int growth, int count)
            : base(nameof(DenseBlock))
        {
            for (int i = 0; i < count; i++)
            {
                int input = channels + i * growth;
                layers.Add(Sequential(
                    BatchNorm2d(input), ReLU(), Conv2d(input, 4 * growth, 1, bias: false),
                    BatchNorm2d(4 * growth), ReLU(), Conv2d(4 * growth, growth, 3, padding: 1, bias: false)));
            }

            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            List<Tensor> made = [input];
            foreach (Sequential layer in layers) made.Add(layer.call(join.call([.. made])));
            return join.call([.. made]);
        }
    }
}

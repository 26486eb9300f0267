using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Simonyan and Zisserman 2014, configuration A: [N, 3, 224, 224] → logits [N, 1000]. 64 is the paper's width.</summary>
internal sealed class Vgg11 : Module<Tensor, Tensor>
{
    private readonly Sequential features, classifier;

    public Vgg11(int width)
        : base(nameof(Vgg11))
    {
        features = Sequential();
        int channels = 3;
        foreach ((string name, int stage, int convolutions) in ((string, int, int)[])[("1", 1, 1), ("2", 2, 1), ("3", 4, 2), ("4", 8, 2), ("5", 8, 2)])
        {
            for (int i = 1; i <= convolutions; i++)
            {
                features.append($"conv{name}_{i}", Conv2d(channels, stage * width, 3, padding: 1));
                features.append($"relu{name}_{i}", ReLU(inplace: true));
                channels = stage * width;
            }

            features.append($"pool{name}", MaxPool2d(2));
        }

        int units = 64 * width;
        classifier = Sequential(
            AdaptiveAvgPool2d(7), Flatten(), Linear(channels * 7 * 7, units), ReLU(inplace: true), Dropout(0.5),
            Linear(units, units), ReLU(inplace: true), Dropout(0.5), Linear(units, 1000));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => classifier.call(features.call(input));
}

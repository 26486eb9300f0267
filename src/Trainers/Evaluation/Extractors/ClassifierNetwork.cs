using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Evaluation;

/// <summary>A small convolutional classifier. In: float32 [N, channels, size, size] in [0, 1]. Out: features [N, 64] and probabilities [N, classes].</summary>
internal sealed class ClassifierNetwork : Module<Tensor, (Tensor Features, Tensor Probabilities)>
{
    private const int SmallestMap = 8;

    private readonly Sequential body;
    private readonly Sequential head;
    private readonly Softmax softmax = Softmax(1);

    public ClassifierNetwork(int channels, int size, int classes)
        : base(nameof(ClassifierNetwork))
    {
        List<Module<Tensor, Tensor>> layers = [];
        int from = channels, to = 32;
        if (size > 32)
        {
            layers.AddRange(Convolution(from, to, kernel: 4, stride: 2));
            (from, size) = (to, size / 2);
        }
        do
        {
            layers.AddRange([.. Convolution(from, to, kernel: 3, stride: 1), MaxPool2d(2)]);
            (from, to, size) = (to, 64, size / 2);
        }
        while (size > SmallestMap);
        // Normalised: every feature has the same unit.
        layers.AddRange([Flatten(), Linear(from * size * size, FeatureExtractor.OwnFeatureCount, hasBias: false), BatchNorm1d(FeatureExtractor.OwnFeatureCount)]);
        body = Sequential(layers);
        head = Sequential(ReLU(), Dropout(0.25), Linear(FeatureExtractor.OwnFeatureCount, classes));
        RegisterComponents();
    }

    public override (Tensor Features, Tensor Probabilities) forward(Tensor pixels)
    {
        Tensor features = body.call(pixels);
        return (features, softmax.call(head.call(features)));
    }

    /// <summary>Before the softmax, to train on.</summary>
    public Tensor Logits(Tensor pixels) => head.call(body.call(pixels));

    private static Module<Tensor, Tensor>[] Convolution(int from, int to, int kernel, int stride) =>
        [Conv2d(from, to, kernel, stride: stride, padding: 1, bias: false), BatchNorm2d(to), ReLU()];
}

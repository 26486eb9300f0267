using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>
/// Krizhevsky et al. 2012 with its two groups and local response normalisation: [N, 3, 227, 227] → logits [N, 1000].
/// 60,965,224 parameters; a narrower one has fewer channels and units throughout.
/// </summary>
internal sealed class AlexNet : Module<Tensor, Tensor>
{
    private readonly Sequential features, classifier;

    public AlexNet(int narrower = 1)
        : base(nameof(AlexNet))
    {
        int c1 = 96 / narrower, c2 = 256 / narrower, c3 = 384 / narrower, units = 4096 / narrower;
        features = Sequential(
            Conv2d(3, c1, 11, stride: 4), ReLU(), Normalisation(), MaxPool2d(3, stride: 2),
            Conv2d(c1, c2, 5, padding: 2, groups: 2), ReLU(), Normalisation(), MaxPool2d(3, stride: 2),
            Conv2d(c2, c3, 3, padding: 1), ReLU(),
            Conv2d(c3, c3, 3, padding: 1, groups: 2), ReLU(),
            Conv2d(c3, c2, 3, padding: 1, groups: 2), ReLU(), MaxPool2d(3, stride: 2));
        classifier = Sequential(
            Flatten(), Dropout(0.5), Linear(c2 * 6 * 6, units), ReLU(), Dropout(0.5), Linear(units, units), ReLU(), Linear(units, 1000));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => classifier.call(features.call(input));

    // The paper's α of 1e-4 multiplies the sum over 5 channels; PyTorch's is divided by 5 first.
    private static LocalResponseNorm Normalisation() => LocalResponseNorm(5, alpha: 5e-4, beta: 0.75, k: 2);
}

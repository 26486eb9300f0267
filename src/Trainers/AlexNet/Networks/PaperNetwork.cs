using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

/// <summary>Krizhevsky, Sutskever and Hinton 2012, section 3.5: its two GPUs are the two groups of three convolutions.</summary>
internal static class PaperNetwork
{
    private const int Dense = 4096, LastMaps = 256;

    public static AlexNetModule Create(AlexNetShape shape)
    {
        int groups = shape.Groups ? 2 : 1;
        List<Module<Tensor, Tensor>> features =
        [
            Conv2d(shape.Channels, 96, 11, stride: 4), .. Activated(normalised: true, pooled: true),
            Conv2d(96, 256, 5, padding: 2, groups: groups), .. Activated(normalised: true, pooled: true),
            Conv2d(256, 384, 3, padding: 1), .. Activated(),
            Conv2d(384, 384, 3, padding: 1, groups: groups), .. Activated(),
            Conv2d(384, LastMaps, 3, padding: 1, groups: groups), .. Activated(pooled: true),
        ];
        if (shape.SixthConvolution)
            features.AddRange([Conv2d(LastMaps, LastMaps, 3, padding: 1), .. Activated()]);

        int first = Pooling.Side((shape.Size - 11) / 4 + 1, shape.OverlappingPooling);
        int last = Pooling.Side(Pooling.Side(first, shape.OverlappingPooling), shape.OverlappingPooling);
        Sequential classifier = Sequential(
            Linear(LastMaps * last * last, Dense), shape.Activation.Create(), Dropout(shape.Dropout),
            Linear(Dense, Dense), shape.Activation.Create(), Dropout(shape.Dropout),
            Linear(Dense, shape.Classes));
        AlexNetModule network = new(shape, Sequential(features), Flatten(), classifier);
        Initialize(network);
        return network;

        IEnumerable<Module<Tensor, Tensor>> Activated(bool normalised = false, bool pooled = false)
        {
            yield return shape.Activation.Create();
            if (normalised && shape.LocalResponseNormalization)
                yield return ResponseNormalization.Create();
            if (pooled)
                yield return Pooling.Create(shape.OverlappingPooling);
        }
    }

    // Section 5: the ones give the rectifiers positive inputs at the start.
    private static void Initialize(AlexNetModule network)
    {
        using var noGradient = no_grad();
        Convolution[] convolutions = [.. network.Features.children().OfType<Convolution>()];
        Linear[] dense = [.. network.Classifier.children().OfType<Linear>()];
        foreach (Parameter weight in (IEnumerable<Parameter>)[.. convolutions.Select(c => c.weight), .. dense.Select(d => d.weight)])
            init.normal_(weight, 0, 0.01);
        for (int i = 0; i < convolutions.Length; i++)
            init.constant_(convolutions[i].bias!, i is 1 or 3 or 4 ? 1 : 0);
        for (int i = 0; i < dense.Length; i++)
            init.constant_(dense[i].bias!, i < dense.Length - 1 ? 1 : 0);
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

/// <summary>Five convolutions and three dense layers for small pictures, batch-normalised.</summary>
internal static class CompactNetwork
{
    private const int Dense = 512, LastMaps = 128, LargestStem = 40;

    public static AlexNetModule Create(AlexNetShape shape)
    {
        // A stem that leaves maps of about 32×32 and less, whatever the pictures' size.
        int stride = (shape.Size + LargestStem - 1) / LargestStem;
        int kernel = 3 + 2 * stride;
        bool overlapping = shape.OverlappingPooling;
        List<Module<Tensor, Tensor>> features =
        [
            .. Block(shape.Channels, 48, kernel, stride), .. Normalised(), Pooling.Create(overlapping, padded: true),
            .. Block(48, 96, 5), .. Normalised(), Pooling.Create(overlapping, padded: true),
            .. Block(96, 192, 3),
            .. Block(192, 192, 3),
            .. Block(192, LastMaps, 3), Pooling.Create(overlapping, padded: true),
        ];
        if (shape.SixthConvolution)
            features.AddRange(Block(LastMaps, LastMaps, 3));

        int side = (shape.Size - 1) / stride + 1;
        for (int pool = 0; pool < 3; pool++)
            side = Pooling.Side(side, overlapping, padded: true);
        Sequential classifier = Sequential(
            Dropout(shape.Dropout), Linear(LastMaps * side * side, Dense, hasBias: false), BatchNorm1d(Dense), shape.Activation.Create(),
            Dropout(shape.Dropout), Linear(Dense, Dense, hasBias: false), BatchNorm1d(Dense), shape.Activation.Create(),
            Linear(Dense, shape.Classes));
        AlexNetModule network = new(shape, Sequential(features), Flatten(), classifier);
        Initialize(network);
        return network;

        // The bias is the normalisation's.
        IEnumerable<Module<Tensor, Tensor>> Block(int from, int to, int side, int step = 1) =>
            [Conv2d(from, to, side, stride: step, padding: side / 2, bias: false), BatchNorm2d(to), shape.Activation.Create()];

        IEnumerable<Module<Tensor, Tensor>> Normalised() => shape.LocalResponseNormalization ? [ResponseNormalization.Create()] : [];
    }

    // He et al. 2015, arXiv:1502.01852.
    private static void Initialize(AlexNetModule network)
    {
        using var noGradient = no_grad();
        foreach (Module layer in network.modules())
        {
            switch (layer)
            {
                case Convolution convolution:
                    init.kaiming_normal_(convolution.weight, nonlinearity: init.NonlinearityType.ReLU);
                    break;
                case Linear linear:
                    init.kaiming_normal_(linear.weight, nonlinearity: init.NonlinearityType.ReLU);
                    if (linear.bias is { } bias)
                        init.zeros_(bias);
                    break;
            }
        }
    }
}

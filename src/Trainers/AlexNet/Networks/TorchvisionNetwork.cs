using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

/// <summary>torchvision's alexnet, layer by layer, so that its weights fit by name.</summary>
internal static class TorchvisionNetwork
{
    private const int Dense = 4096, LastMaps = 256, LastSide = 6;

    public static AlexNetModule Create(AlexNetShape shape)
    {
        List<Module<Tensor, Tensor>> features =
        [
            Conv2d(shape.Channels, 64, 11, stride: 4, padding: 2), shape.Activation.Create(), Pooling.Create(shape.OverlappingPooling),
            Conv2d(64, 192, 5, padding: 2), shape.Activation.Create(), Pooling.Create(shape.OverlappingPooling),
            Conv2d(192, 384, 3, padding: 1), shape.Activation.Create(),
            Conv2d(384, 256, 3, padding: 1), shape.Activation.Create(),
            Conv2d(256, LastMaps, 3, padding: 1), shape.Activation.Create(), Pooling.Create(shape.OverlappingPooling),
        ];
        if (shape.SixthConvolution)
            features.AddRange([Conv2d(LastMaps, LastMaps, 3, padding: 1), shape.Activation.Create()]);
        Sequential classifier = Sequential(
            Dropout(shape.Dropout), Linear(LastMaps * LastSide * LastSide, Dense), shape.Activation.Create(),
            Dropout(shape.Dropout), Linear(Dense, Dense), shape.Activation.Create(),
            Linear(Dense, shape.Classes));
        return new(shape, Sequential(features), Sequential(AdaptiveAvgPool2d([LastSide, LastSide]), Flatten()), classifier);
    }
}

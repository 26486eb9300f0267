using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>A network and the shape of one row of its input.</summary>
/// <param name="Build">Makes it.</param>
/// <param name="Row">The input's shape, without the batch.</param>
/// <param name="Classes">How many classes its output tells apart; 0 where it is no classifier.</param>
/// <param name="Tokens">How many tokens its input, whole numbers, is drawn from; 0 where it takes real numbers.</param>
internal sealed record NetworkCase(Func<Module<Tensor, Tensor>> Build, long[] Row, int Classes = 0, int Tokens = 0)
{
    public Tensor Input(long batch) => Tokens > 0 ? randint(0, Tokens, [batch, .. Row], int64) : randn([batch, .. Row]);
}

/// <summary>Whole networks of nothing but TorchSharp's layers and this library's glue, narrow where that is as good a test.</summary>
internal static class NetworkCases
{
    public static readonly IReadOnlyDictionary<string, NetworkCase> All = new Dictionary<string, NetworkCase>
    {
        ["LeNet"] = new(() => new LeNet(), [1, 28, 28], 10),
        ["AlexNet"] = new(() => new AlexNet(), [3, 227, 227], 1000),
        ["VGG-11"] = new(() => new Vgg11(width: 8), [3, 224, 224], 1000),
        ["ResNet-18"] = new(() => new ResNet18(width: 16), [3, 64, 64], 1000),
        ["MobileNetV2"] = new(() => new MobileNetV2(width: 16), [3, 64, 64], 1000),
        ["DenseNet"] = new(() => new DenseNet(), [3, 32, 32], 10),
        ["U-Net"] = new(() => new UNet(width: 8), [1, 48, 40]),
        ["DCGAN generator"] = new(() => new DcganGenerator(width: 16), [100]),
        ["DCGAN discriminator"] = new(() => new DcganDiscriminator(width: 16), [3, 64, 64]),
        ["Fast style"] = new(() => new FastStyleNetwork(width: 8), [3, 48, 64]),
        ["LSTM classifier"] = new(() => new LstmClassifier(vocabulary: 100), [20], 10, Tokens: 100),
        ["Transformer encoder"] = new(() => new TransformerEncoder(vocabulary: 100, longest: 20), [20], 10, Tokens: 100),
    };
}

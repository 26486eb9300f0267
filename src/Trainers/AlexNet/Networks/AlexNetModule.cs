using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

/// <summary>Convolutions, then dense layers: normalised pixels [N, channels, H, W] to logits [N, classes].</summary>
/// <remarks>The names are torchvision's: <c>features.0.weight</c>, <c>classifier.6.bias</c>.</remarks>
internal sealed class AlexNetModule : Module<Tensor, Tensor>
{
    private readonly Sequential features;
    private readonly Module<Tensor, Tensor> flatten;
    private readonly Sequential classifier;

    public AlexNetModule(AlexNetShape shape, Sequential features, Module<Tensor, Tensor> flatten, Sequential classifier)
        : base(nameof(AlexNetModule))
    {
        Shape = shape;
        this.features = features;
        this.flatten = flatten;
        this.classifier = classifier;
        RegisterComponents();
    }

    public AlexNetShape Shape { get; }

    public Sequential Features => features;

    public Module<Tensor, Tensor> Flatten => flatten;

    public Sequential Classifier => classifier;

    /// <summary>The last layer: hidden units to logits.</summary>
    public Linear Output => (Linear)classifier[classifier.Count - 1];

    public static AlexNetModule Create(AlexNetShape shape) => shape.Network switch
    {
        AlexNetNetwork.Paper => PaperNetwork.Create(shape),
        AlexNetNetwork.Torchvision => TorchvisionNetwork.Create(shape),
        _ => CompactNetwork.Create(shape),
    };

    public override Tensor forward(Tensor pixels) => Output.call(Hidden(pixels));

    /// <summary>The last hidden layer's activations (fc7), [N, <see cref="HiddenLength"/>].</summary>
    public Tensor Hidden(Tensor pixels)
    {
        Tensor x = flatten.call(features.call(pixels));
        for (int layer = 0; layer < classifier.Count - 1; layer++)
            x = classifier[layer].call(x);
        return x;
    }

    public int HiddenLength => (int)Output.in_features;
}

/// <summary>What an AlexNet is built from.</summary>
/// <param name="Network">Which of them.</param>
/// <param name="Classes">Outputs.</param>
/// <param name="Size">Height and width of its input, in pixels.</param>
/// <param name="Channels">1 or 3.</param>
internal sealed record AlexNetShape(AlexNetNetwork Network, int Classes, int Size, int Channels)
{
    public AlexNetActivation Activation { get; init; } = AlexNetActivation.ReLU;

    /// <summary>Probability that a hidden dense unit is left out of a training step.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>After the first two convolutions; not in torchvision's.</summary>
    public bool LocalResponseNormalization { get; init; } = Network == AlexNetNetwork.Paper;

    /// <summary>Pools of 3×3 with stride 2; otherwise 2×2 with stride 2.</summary>
    public bool OverlappingPooling { get; init; } = true;

    /// <summary>Of <see cref="AlexNetNetwork.Paper"/>: the second, fourth and fifth convolution see half of the maps each, as on two GPUs.</summary>
    public bool Groups { get; init; } = true;

    /// <summary>The sixth convolution over the last pool, of the paper's CNN* (section 6.1).</summary>
    public bool SixthConvolution { get; init; }

    /// <summary>The least height and width that leaves a pixel after the last pool.</summary>
    public static int LeastSize(AlexNetNetwork network) => network switch
    {
        AlexNetNetwork.Compact => 16,
        AlexNetNetwork.Paper => 67,
        _ => 63,
    };

    public static int DefaultSize(AlexNetNetwork network) => network switch
    {
        AlexNetNetwork.Paper => 227,
        AlexNetNetwork.Torchvision => 224,
        _ => 32,
    };
}

internal static class Activations
{
    public static Module<Tensor, Tensor> Create(this AlexNetActivation activation) => activation switch
    {
        AlexNetActivation.Tanh => Tanh(),
        AlexNetActivation.Sigmoid => Sigmoid(),
        AlexNetActivation.LeakyReLU => LeakyReLU(0.01),
        AlexNetActivation.Elu => ELU(),
        AlexNetActivation.Gelu => GELU(),
        AlexNetActivation.SiLU => SiLU(),
        _ => ReLU(),
    };
}

/// <summary>Max pooling with stride 2: windows of 3×3 that overlap (the paper's section 3.4), or of 2×2 that do not.</summary>
internal static class Pooling
{
    public static Module<Tensor, Tensor> Create(bool overlapping, bool padded = false) =>
        overlapping ? MaxPool2d(3, stride: 2, padding: padded ? 1 : 0) : MaxPool2d(2, stride: 2);

    /// <summary>The side of what <see cref="Create"/> makes of a map.</summary>
    public static int Side(int side, bool overlapping, bool padded = false) =>
        overlapping ? (side + (padded ? 2 : 0) - 3) / 2 + 1 : side / 2;
}

/// <summary>Local response normalisation across channels: b = a / (k + α Σ a²)^β over n neighbours (the paper's section 3.3).</summary>
internal static class ResponseNormalization
{
    private const int Neighbours = 5;
    private const double K = 2, Alpha = 1e-4, Beta = 0.75;

    // PyTorch and ONNX take the mean of the squares, the paper their sum.
    public static Module<Tensor, Tensor> Create() => LocalResponseNorm(Neighbours, alpha: Neighbours * Alpha, beta: Beta, k: K);
}

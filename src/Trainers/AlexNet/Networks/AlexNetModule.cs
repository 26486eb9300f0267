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

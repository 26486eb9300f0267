using System.Globalization;
using MLNetGen.AlexNet;
using MLNetGen.Export;

namespace MLNetGen.Style;

/// <summary>A trained AlexNet in a file of weights: its shape and what its pixels are normalised with.</summary>
/// <param name="Shape">Of its convolutions; the classes do not matter.</param>
/// <param name="Mean">Of pixels in [0, 1], a channel each.</param>
/// <param name="Deviation">Likewise.</param>
/// <param name="Prefix">What stands before the layers' own names.</param>
internal sealed record AlexNetWeights(AlexNetShape Shape, float[] Mean, float[] Deviation, string Prefix)
{
    private const int Classes = 2;

    private static readonly long[][] Torchvision = [[64, 3, 11, 11], [192, 64, 5, 5], [384, 192, 3, 3], [256, 384, 3, 3], [256, 256, 3, 3]];

    /// <summary>
    /// A run's <c>classifier.onnx</c>, of an ensemble the first network, or torchvision's alexnet. Null where the file holds another network.
    /// </summary>
    /// <exception cref="InvalidDataException">The file does not say what its layers were.</exception>
    public static AlexNetWeights? Find(PretrainedWeights file)
    {
        if (file.Format == "ONNX" && OnnxSummary.Read(file.Path) is var summary && summary.Metadata.GetValueOrDefault("family") == "alexnet")
            return FromOurs(file.Path, summary);
        PretrainedTensor[] kernels = [.. file.Tensors.Where(tensor => tensor.Shape.Count == 4)];
        return kernels.Length == Torchvision.Length && kernels.Zip(Torchvision).All(pair => pair.First.Shape.SequenceEqual(pair.Second))
            ? new(new(AlexNetNetwork.Torchvision, Classes, AlexNetShape.DefaultSize(AlexNetNetwork.Torchvision), 3), [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f], "")
            : null;
    }

    private static AlexNetWeights FromOurs(string path, OnnxSummary summary)
    {
        IReadOnlyDictionary<string, string> metadata = summary.Metadata;
        OnnxLayer[] layers = [.. summary.Layers.Where(layer => !layer.IsBookkeeping)];
        int[] input = [.. metadata["inputShape"].Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        AlexNetShape shape = new(Enum.Parse<AlexNetNetwork>(metadata["network"]), Classes, input[1], input[0])
        {
            Activation = ActivationOf(layers, path),
            LocalResponseNormalization = layers.Any(layer => layer.Operator == "LRN"),
            OverlappingPooling = layers.First(layer => layer.Operator == "MaxPool").Settings.StartsWith("3×3", StringComparison.Ordinal),
            Groups = layers.Any(layer => layer.Operator == "Conv" && layer.Settings.EndsWith("g2", StringComparison.Ordinal)),
            SixthConvolution = layers.Count(layer => layer.Operator == "Conv") == 6 * int.Parse(metadata["networks"], CultureInfo.InvariantCulture),
        };
        return new(shape, Numbers(metadata["mean"]), Numbers(metadata["deviation"]), "network0.");
    }

    private static AlexNetActivation ActivationOf(OnnxLayer[] layers, string path) =>
        layers.SkipWhile(layer => layer.Operator != "Conv").Skip(1).First(layer => layer.Operator != "BatchNormalization").Operator switch
        {
            "Relu" => AlexNetActivation.ReLU,
            "Tanh" => AlexNetActivation.Tanh,
            "LeakyRelu" => AlexNetActivation.LeakyReLU,
            "Elu" => AlexNetActivation.Elu,
            string other => throw new InvalidDataException(
                $"'{path}' has '{other}' behind its first convolution, which ONNX writes for several activations: give the run's checkpoints/network-1.checkpoint instead."),
        };

    private static float[] Numbers(string text) => [.. text.Split(',').Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
}

using MLNetGen.AlexNet;
using MLNetGen.Export;

namespace MLNetGen.Style;

/// <summary>A trained AlexNet in a file of weights: its shape, what its pixels are normalised with, and its convolutions.</summary>
internal sealed record AlexNetWeights(AlexNetShape Shape, float[] Mean, float[] Deviation, IReadOnlyList<FileConvolution> Convolutions)
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
            return FromOurs(file, summary);
        return FileConvolution.WithBiases(Kernels(file), file.Tensors) is { } found && found.Select(c => c.Kernel.Shape).Zip(Torchvision).All(pair => pair.First.SequenceEqual(pair.Second))
            && found.Count == Torchvision.Length
            ? new(new(AlexNetNetwork.Torchvision, Classes, AlexNetShape.DefaultSize(AlexNetNetwork.Torchvision), 3), [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f], found)
            : null;
    }

    private static AlexNetWeights FromOurs(PretrainedWeights file, OnnxSummary summary)
    {
        IReadOnlyDictionary<string, string> metadata = summary.Metadata;
        OnnxLayer[] layers = [.. summary.Layers.Where(layer => !layer.IsBookkeeping)];
        int members = int.Parse(metadata["networks"]);
        int count = layers.Count(layer => layer.Operator == "Conv") / members;
        int[] input = [.. metadata["inputShape"].Split(',').Select(int.Parse)];
        AlexNetShape shape = new(Enum.Parse<AlexNetNetwork>(metadata["network"]), Classes, input[1], input[0])
        {
            Activation = ActivationOf([.. layers.Select(layer => layer.Operator)], file.Path),
            LocalResponseNormalization = layers.Any(layer => layer.Operator == "LRN"),
            OverlappingPooling = layers.First(layer => layer.Operator == "MaxPool").Settings.StartsWith("3×3", StringComparison.Ordinal),
            Groups = layers.Any(layer => layer.Operator == "Conv" && layer.Settings.EndsWith("g2", StringComparison.Ordinal)),
            SixthConvolution = count == 6,
        };
        IReadOnlyList<FileConvolution> convolutions = FileConvolution.WithBiases([.. Kernels(file).Take(count)], file.Tensors)
            ?? throw new InvalidDataException($"'{file.Path}' is an AlexNet whose convolutions have no biases beside them: give the run's checkpoints/network-1.checkpoint instead.");
        return new(shape, Numbers(metadata["mean"]), Numbers(metadata["deviation"]), convolutions);
    }

    private static AlexNetActivation ActivationOf(string[] operators, string path) => operators[Array.IndexOf(operators, "Conv") + 1] switch
    {
        "Relu" => AlexNetActivation.ReLU,
        "Tanh" => AlexNetActivation.Tanh,
        "LeakyRelu" => AlexNetActivation.LeakyReLU,
        "Elu" => AlexNetActivation.Elu,
        string other => throw new InvalidDataException(
            $"'{path}' has '{other}' behind its first convolution, which ONNX writes for several activations: give the run's checkpoints/network-1.checkpoint instead."),
    };

    private static PretrainedTensor[] Kernels(PretrainedWeights file) => [.. file.Tensors.Where(tensor => tensor.Shape.Count == 4)];

    private static float[] Numbers(string text) => [.. text.Split(',').Select(float.Parse)];
}

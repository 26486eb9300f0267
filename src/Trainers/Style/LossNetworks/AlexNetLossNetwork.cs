using System.Globalization;
using MLNetGen.AlexNet;
using MLNetGen.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>The convolutions of a trained AlexNet: conv1, relu1 (whatever its activation is), norm1, pool1, … relu5.</summary>
internal static class AlexNetLossNetwork
{
    /// <summary>From a run's checkpoint (<c>checkpoints/network-1.checkpoint</c>).</summary>
    public static LossNetwork FromCheckpoint(string path)
    {
        AlexNetSettings settings = Checkpoint.ReadHeader<AlexNetHistory.Header>(path)!.Settings;
        AlexNetModule network = AlexNetModule.Create(settings.Recipe.Shape);
        AlexNetCheckpoints.LoadTrained(path, network);
        return Create(path, network, settings.Mean, settings.Deviation);
    }

    /// <param name="file">Open; stays the caller's.</param>
    /// <param name="found">What is in it.</param>
    /// <exception cref="InvalidDataException">Its tensors have other names or shapes.</exception>
    public static LossNetwork Create(PretrainedWeights file, AlexNetWeights found)
    {
        AlexNetModule network = AlexNetModule.Create(found.Shape);
        file.CopyTo(network, new()
        {
            Rename = name => name.StartsWith($"{found.Prefix}features.", StringComparison.Ordinal) ? name[found.Prefix.Length..] : null,
            Skip = ["classifier"],
        });
        return Create(file.Path, network, found.Mean, found.Deviation);
    }

    private static ChainLossNetwork Create(string path, AlexNetModule network, float[] mean, float[] deviation)
    {
        AlexNetShape shape = network.Shape;
        if (shape.Channels != 3)
            throw new InvalidDataException($"'{path}' is an AlexNet that sees grey pictures; a loss network needs one of colour pictures.");
        int stride = shape.Network == AlexNetNetwork.Compact ? (int)network.Features.children().OfType<TorchSharp.Modules.Conv2d>().First().stride![0] : 1;
        List<LossLayer> chain = [];
        int number = 0;
        foreach (Module<Tensor, Tensor> layer in network.Features.children().Cast<Module<Tensor, Tensor>>())
        {
            if (layer is TorchSharp.Modules.Conv2d) number++;
            chain.Add(layer switch
            {
                TorchSharp.Modules.Conv2d => new($"conv{number}", layer),
                TorchSharp.Modules.BatchNorm2d => new(null, layer),
                TorchSharp.Modules.LocalResponseNorm => new($"norm{number}", layer),
                TorchSharp.Modules.MaxPool2d => new($"pool{number}", layer),
                _ => new($"relu{number}", layer),
            });
        }

        network.Classifier.Dispose();
        return new(
            $"AlexNet ({shape.Network}) from {Path.GetFileName(path)}",
            PixelConvention.Unit([.. mean.Select(m => (double)m)], [.. deviation.Select(d => (double)d)]),
            chain, "relu3", [.. Enumerable.Range(1, number).Select(layer => $"relu{layer}")], AlexNetShape.LeastSize(shape.Network) * stride);
    }
}

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

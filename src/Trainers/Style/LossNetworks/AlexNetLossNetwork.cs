using MLNetGen.AlexNet;
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

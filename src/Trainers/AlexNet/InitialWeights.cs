using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>Published weights, or those of another run, into a network.</summary>
internal static class InitialWeights
{
    private const string LastLayer = "classifier.6";

    /// <summary>torchvision's <c>alexnet</c>, or a checkpoint of a network of the same layers; a last layer of another number of classes stays as it is.</summary>
    public static void Load(string path, AlexNetModule network, TrainingSession session)
    {
        (long? classes, string format) = AlexNetCheckpoints.Is(path) ? FromCheckpoint(path, network) : FromFile(path, network, session);
        session.Info($"weights are taken from '{path}' ({format})"
            + (classes == network.Shape.Classes ? "." : classes is null ? $"; it has no '{LastLayer}', and that layer starts afresh." : $"; the last layer starts afresh, as it has {classes} classes there and {network.Shape.Classes} here."));
    }

    /// <summary>What a checkpoint's network was trained behind; null of any other file, and of none.</summary>
    public static (float[] Mean, float[] Deviation)? NormalizationOf(string? path) =>
        path is not null && AlexNetCheckpoints.Is(path) && Checkpoint.ReadHeader<AlexNetHistory.Header>(path)!.Settings is var settings ? (settings.Mean, settings.Deviation) : null;

    /// <summary>The network that a file of weights is of: a checkpoint's own, or torchvision's.</summary>
    public static AlexNetNetwork NetworkOf(string path) =>
        AlexNetCheckpoints.Is(path) ? Checkpoint.ReadHeader<AlexNetHistory.Header>(path)!.Settings.Recipe.Shape.Network : AlexNetNetwork.Torchvision;

    /// <summary>The channels of the pictures that a file of weights is for: a checkpoint's own; 3 of any other.</summary>
    public static int ChannelsOf(string path) => AlexNetCheckpoints.Is(path) ? Checkpoint.ReadHeader<AlexNetHistory.Header>(path)!.Settings.Recipe.Shape.Channels : 3;

    private static (long? Classes, string Format) FromFile(string path, AlexNetModule network, TrainingSession session)
    {
        if (network.Shape.Network != AlexNetNetwork.Torchvision)
            throw new ArgumentException($"InitialWeights is '{path}', which is no checkpoint of a run; other files are for the {AlexNetNetwork.Torchvision} network, and Network is {network.Shape.Network}: set that, or a checkpoint.");
        using PretrainedWeights file = PretrainedWeights.Open(path);
        long? classes = file.Tensors.FirstOrDefault(tensor => $".{tensor.Name}".EndsWith($".{LastLayer}.weight", StringComparison.Ordinal))?.Shape is [long first, ..] ? first : null;
        file.CopyTo(network, new PretrainedWeightsOptions { Skip = classes == network.Shape.Classes ? [] : [LastLayer], Log = session.Info });
        return (classes, file.Format);
    }

    private static (long? Classes, string Format) FromCheckpoint(string path, AlexNetModule network)
    {
        AlexNetShape there = Checkpoint.ReadHeader<AlexNetHistory.Header>(path)!.Settings.Recipe.Shape;
        // What is not in the weights may differ.
        AlexNetShape here = network.Shape;
        if (RunSettings.Difference(there, here, nameof(there.Classes), nameof(there.Dropout), nameof(there.Activation)) is { } difference)
            throw new ArgumentException($"InitialWeights is '{path}', a checkpoint of another network: {difference}.");
        using AlexNetModule trained = AlexNetModule.Create(there);
        AlexNetCheckpoints.LoadTrained(path, trained);
        using var noGradient = no_grad();
        string last = $"classifier.{network.Classifier.Count - 1}.";
        foreach ((string name, Tensor value) in network.state_dict())
        {
            if (there.Classes == here.Classes || !name.StartsWith(last, StringComparison.Ordinal))
                value.copy_(trained.state_dict()[name]);
        }
        return (there.Classes, "checkpoint");
    }
}

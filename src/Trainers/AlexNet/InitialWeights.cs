using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>Published weights into a network, and which of its layers they are to stay in.</summary>
internal static class InitialWeights
{
    private const string LastLayer = "classifier.6";

    /// <summary>torchvision's <c>alexnet</c>; a last layer of another number of classes stays as it is.</summary>
    public static void Load(string path, AlexNetModule network, TrainingSession session)
    {
        using PretrainedWeights file = PretrainedWeights.Open(path);
        long? classes = file.Tensors.FirstOrDefault(tensor => tensor.Name == $"{LastLayer}.weight")?.Shape[0];
        bool others = classes != network.Shape.Classes;
        file.CopyTo(network, new PretrainedWeightsOptions { Skip = others ? [LastLayer] : [] });
        session.Info($"weights are taken from '{path}' ({file.Format})" + (others ? $"; the last layer starts afresh, as it has {classes} classes there and {network.Shape.Classes} here." : "."));
    }

    /// <summary>Trains only the last <paramref name="trained"/> layers with weights; null trains all.</summary>
    public static void Freeze(AlexNetModule network, int? trained)
    {
        if (trained is not { } last)
            return;
        nn.Module[] layers = [.. network.Features.children().Concat(network.Classifier.children()).Where(layer => layer is Convolution or Linear)];
        if (last > layers.Length)
            throw new ArgumentOutOfRangeException(nameof(AlexNetTrainer.Options.TrainedLayers), last, $"TrainedLayers is {last}; the network has {layers.Length}.");
        foreach (Parameter weight in layers.SkipLast(last).SelectMany(layer => layer.parameters())) weight.requires_grad = false;
    }
}

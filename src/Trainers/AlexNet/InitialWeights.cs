using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>Published weights into a network, and which of its layers they are to stay in.</summary>
internal static class InitialWeights
{
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

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>The layers of a network that training leaves as they are.</summary>
internal static class FrozenLayers
{
    /// <summary>Trains only the last <paramref name="trained"/> layers with weights, and what normalises them; null trains all.</summary>
    public static void Freeze(AlexNetModule network, int? trained)
    {
        foreach (Parameter weight in Of(network, trained).SelectMany(layer => layer.parameters())) weight.requires_grad = false;
    }

    /// <summary>After <c>train()</c>: their running means stay too.</summary>
    public static void Rest(AlexNetModule network, int? trained)
    {
        foreach (nn.Module layer in Of(network, trained).Where(layer => layer is BatchNorm1d or BatchNorm2d)) layer.eval();
    }

    private static IEnumerable<nn.Module> Of(AlexNetModule network, int? trained)
    {
        if (trained is not { } last)
            return [];
        nn.Module[] layers = [.. network.Features.children().Concat(network.Classifier.children())];
        int[] weighted = [.. layers.Index().Where(layer => layer.Item is Convolution or Linear).Select(layer => layer.Index)];
        return last <= weighted.Length ? layers.Take(weighted[^last])
            : throw new ArgumentException($"TrainedLayers is {last}; the network has {weighted.Length}.");
    }
}

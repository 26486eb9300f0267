using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>Looks into a network: what its activations and gradients are after a step.</summary>
internal static class LayerProbe
{
    /// <param name="network">After a backward pass; its running means stay as they are.</param>
    /// <param name="normalization">What it is trained behind.</param>
    /// <param name="pixels">A batch in [0, 1].</param>
    public static IReadOnlyList<AlexNetLayer> Of(AlexNetModule network, PixelNormalization normalization, Tensor pixels)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        network.eval();
        List<AlexNetLayer> layers = [];
        Tensor x = normalization.call(pixels);
        foreach (nn.Module<Tensor, Tensor> layer in network.Features.children().Cast<nn.Module<Tensor, Tensor>>())
        {
            x = layer.call(x);
            Look(layer, x, "conv");
        }
        x = network.Flatten.call(x);
        foreach (nn.Module<Tensor, Tensor> layer in network.Classifier.children().Cast<nn.Module<Tensor, Tensor>>())
        {
            x = layer.call(x);
            Look(layer, x, "fc");
        }
        return layers;

        void Look(nn.Module<Tensor, Tensor> layer, Tensor output, string kind)
        {
            if (layer is Convolution or Linear)
            {
                using Tensor? gradient = layer.parameters().First().grad;
                string name = string.Create(CultureInfo.InvariantCulture, $"{kind}{layers.Count + 1}");
                layers.Add(new AlexNetLayer(name, null, gradient?.to_type(ScalarType.Float32).norm().item<float>()));
            }
            else if (IsActivation(layer))
                layers[^1] = layers[^1] with { ZeroShare = output.eq(0).to_type(ScalarType.Float32).mean().item<float>() };
        }
    }

    private static bool IsActivation(nn.Module layer) => layer is ReLU or Tanh or Sigmoid or LeakyReLU or ELU or GELU or SiLU;
}

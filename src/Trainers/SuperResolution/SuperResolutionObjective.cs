using MLNetGen.Style;
using static TorchSharp.torch;

namespace MLNetGen.SuperResolution;

/// <summary>The loss of enlarged pictures: mean squared error of pixels in [0, 1], or of a loss network's features.</summary>
/// <remarks>
/// In: float32 [N, 3, H, W], 0 to 255, both. Out: a scalar. Of one layer it is the mean squared error of its features (Johnson, Alahi and Fei-Fei 2016, section 3.2); of
/// several each layer's squared error counts beside the truth's own features, Σ‖Δf‖² / ‖f‖², and pixels count too, which keep colours.
/// </remarks>
internal sealed class SuperResolutionObjective : IDisposable
{
    private const string PaperLayer = "relu2_2";

    // Of ResNet-18: edges and their surroundings; deeper ones know what is in the picture.
    private static readonly string[] EarlyStages = ["conv1", "stage1"];

    private readonly LossNetwork? network;
    private readonly string[] layers;

    private SuperResolutionObjective(LossNetwork? network, params string[] layers)
    {
        this.network = network;
        this.layers = layers;
    }

    /// <summary>What teaches it; null for pixels.</summary>
    public string? Network => network?.Description;

    /// <summary>The layer, or several with a plus between; null for pixels.</summary>
    public string? Layer => network is null ? null : string.Join('+', layers);

    /// <summary>The least height and width of a patch.</summary>
    public int SmallestSide => network?.SmallestSide ?? 1;

    /// <exception cref="ArgumentException">The loss network has no such layer.</exception>
    public static SuperResolutionObjective For(SuperResolutionTrainer.Options options, Device device) =>
        options.Loss == SuperResolutionLoss.Pixel ? new SuperResolutionObjective(null) : For(LossNetworks.Open(options.LossNetworkPath), options.LossLayer, device);

    /// <param name="network">Becomes the objective's own.</param>
    /// <param name="asked">A layer; null takes the network's default.</param>
    /// <param name="device">Where pictures will be.</param>
    /// <exception cref="ArgumentException">The loss network has no such layer.</exception>
    public static SuperResolutionObjective For(LossNetwork network, string? asked, Device device)
    {
        if (asked is not null && !network.Layers.Contains(asked))
        {
            string known = string.Join(", ", network.Layers);
            network.Dispose();
            throw new ArgumentException($"{nameof(SuperResolutionTrainer.Options.LossLayer)} is '{asked}'; the loss network has {known}.");
        }
        network.To(device);
        return new SuperResolutionObjective(network, asked is null ? DefaultsOf(network) : [asked]);
    }

    private static string[] DefaultsOf(LossNetwork network)
    {
        if (EarlyStages.All(network.Layers.Contains)) return EarlyStages;
        if (network.Layers.Contains(PaperLayer)) return [PaperLayer];
        // The layer that style takes for content says nothing of colours in a random network; the shallowest one does.
        return [network is RandomFilterBank ? network.Layers[0] : network.DefaultContentLayer];
    }

    public Tensor Of(Tensor made, Tensor truth, TrainingPrecision precision = TrainingPrecision.Float32)
    {
        if (network is null)
            return PixelError(made, truth);
        IReadOnlyDictionary<string, Tensor> expected;
        using (no_grad())
            expected = network.Features(truth, layers, precision);
        IReadOnlyDictionary<string, Tensor> features = network.Features(made, layers, precision);
        if (layers is [string only])
            return ContentLoss.Of(features[only], expected[only]);
        return layers.Select(layer => ContentLoss.Of(features[layer], expected[layer]) / expected[layer].square().mean())
            .Aggregate(PixelError(made, truth), (sum, term) => sum + term);
    }

    /// <summary>Mean squared error of pixels in [0, 1].</summary>
    public static Tensor PixelError(Tensor made, Tensor truth) => ((made - truth) / 255).square().mean();

    public void Dispose() => network?.Dispose();
}

using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>The loss of one painting: its loss network, what it is compared with, and the weights of the terms.</summary>
internal sealed class PaintingLoss : IDisposable
{
    private readonly LossNetwork network;
    private readonly PerceptualLoss loss;
    private readonly Tensor? target;
    private readonly Device device;

    /// <param name="network">Stays the caller's.</param>
    /// <param name="pictures">What is compared.</param>
    /// <param name="options">Layers and weights.</param>
    /// <param name="device">Where to.</param>
    /// <exception cref="ArgumentException">There is no such layer, or no term has a weight.</exception>
    public PaintingLoss(LossNetwork network, PaintingPictures pictures, PaintingOptions options, Device device)
    {
        this.network = network;
        this.device = device;
        network.To(device);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor? content = ToTensor(pictures.Content), style = ToTensor(pictures.Style);
        // Where one of them is missing, its term has no weight: any picture will do to calibrate by.
        Tensor photograph = content ?? (rand([1, 3, pictures.Height, pictures.Width], device: device) * 255), painting = style ?? photograph;
        PerceptualLossSettings own = PerceptualLossSettings.For(network, [painting], photograph, options.ContentLayer, options.StyleLayers);
        Settings = own.With(network, content is null ? 0 : options.ContentWeight, style is null ? 0 : options.StyleWeight, options.TotalVariationWeight);
        LossOptionCheck.CheckCompares(Settings.Weights.Content, Settings.Weights.Style);
        loss = new(network, [painting], Settings);
        target = content is null ? null : loss.Target(content)?.DetachFromDisposeScope();
    }

    public PerceptualLossSettings Settings { get; }

    /// <param name="pixels">float32 [1, 3, H, W], 0 to 255.</param>
    public StyleTerms Of(Tensor pixels) => loss.Compare(pixels, target);

    public StyleLossTerms Of(Picture picture)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Of(StylePictures.ToTensor(picture, device)).ToNumbers();
    }

    public void Dispose()
    {
        loss.Dispose();
        target?.Dispose();
        network.To(torch.device("cpu"));
    }

    private Tensor? ToTensor(Picture? picture) => picture is null ? null : StylePictures.ToTensor(picture, device);
}

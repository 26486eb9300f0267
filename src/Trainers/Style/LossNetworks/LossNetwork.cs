using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>
/// A network that is never trained here, whose layers say what a picture shows (content) and how it is painted (style).
/// Frozen: no weight has a gradient; differentiable in its pixels.
/// </summary>
/// <remarks>Source: Gatys, Ecker and Bethge 2016, "Image style transfer using convolutional neural networks", section 2.</remarks>
internal abstract class LossNetwork : IDisposable
{
    /// <summary>What it is, for the report: "VGG-19 from imagenet-vgg-verydeep-19.mat".</summary>
    public abstract string Description { get; }

    /// <summary>SHA-256 of what it computes with: two networks with the same say the same of pictures, whatever their files are called.</summary>
    public abstract string WeightsHash { get; }

    /// <summary>The names of its layers, the shallowest first.</summary>
    public abstract IReadOnlyList<string> Layers { get; }

    /// <summary>The layer that content is compared at unless another is asked for.</summary>
    public abstract string DefaultContentLayer { get; }

    /// <summary>The layers that style is compared at unless others are asked for.</summary>
    public abstract IReadOnlyList<string> DefaultStyleLayers { get; }

    /// <summary>The least height and width of a picture, in pixels.</summary>
    public abstract int SmallestSide { get; }

    /// <summary>The weights of the terms that were published for it; null where they must be calibrated by what it says of pictures.</summary>
    public abstract StyleWeights? PublishedWeights { get; }

    /// <summary>What layers say about pictures. Runs no deeper than the deepest layer asked for.</summary>
    /// <param name="pixels">float32 [N, 3, H, W], RGB, 0 to 255, on the network's device.</param>
    /// <param name="layers">Some of <see cref="Layers"/>.</param>
    /// <returns>By layer: float32 [N, C, h, w], new tensors of the caller's.</returns>
    /// <exception cref="ArgumentException">There is no such layer, or a picture is smaller than <see cref="SmallestSide"/>.</exception>
    public abstract IReadOnlyDictionary<string, Tensor> Features(Tensor pixels, IReadOnlyCollection<string> layers);

    /// <summary>Moves the weights to a device.</summary>
    public abstract void To(Device device);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    /// <exception cref="ArgumentException">One of the layers is none of the network's, or a picture is too small.</exception>
    protected void Check(Tensor pixels, IReadOnlyCollection<string> layers)
    {
        CheckLayers(layers);
        (long height, long width) = (pixels.shape[^2], pixels.shape[^1]);
        if (Math.Min(height, width) < SmallestSide)
            throw new ArgumentException($"A picture is {width}×{height}; the loss network ({Description}) needs at least {SmallestSide} pixels a side.", nameof(pixels));
    }

    /// <exception cref="ArgumentException">One of the layers is none of the network's.</exception>
    public void CheckLayers(IEnumerable<string> layers)
    {
        foreach (string layer in layers)
        {
            if (!Layers.Contains(layer))
                throw new ArgumentException($"The loss network ({Description}) has no layer '{layer}'; it has {string.Join(", ", Layers)}.", nameof(layers));
        }
    }
}

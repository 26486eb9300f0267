using System.Security.Cryptography;
using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>A loss network whose layers follow one upon the other: VGG, AlexNet.</summary>
internal sealed class ChainLossNetwork : LossNetwork
{
    private readonly PixelConvention convention;
    private readonly IReadOnlyList<LossLayer> chain;
    private readonly Lazy<string> hash;

    /// <param name="description">What it is and where its weights are from.</param>
    /// <param name="convention">The pixels that its weights expect; becomes its own.</param>
    /// <param name="chain">Its layers; become its own, and are frozen.</param>
    /// <param name="contentLayer">The default one.</param>
    /// <param name="styleLayers">The default ones.</param>
    /// <param name="smallestSide">In pixels.</param>
    /// <param name="publishedWeights">Of the terms; null where there are none.</param>
    public ChainLossNetwork(
        string description, PixelConvention convention, IReadOnlyList<LossLayer> chain,
        string contentLayer, IReadOnlyList<string> styleLayers, int smallestSide, StyleWeights? publishedWeights = null)
    {
        Description = description;
        DefaultContentLayer = contentLayer;
        DefaultStyleLayers = styleLayers;
        SmallestSide = smallestSide;
        PublishedWeights = publishedWeights;
        this.convention = convention;
        this.chain = chain;
        hash = new(HashOfWeights);
        Layers = [.. chain.Select(layer => layer.Name).OfType<string>()];
        foreach (LossLayer layer in chain)
        {
            layer.Module.eval();
            foreach (Parameter parameter in layer.Module.parameters()) parameter.requires_grad = false;
        }
    }

    public override string Description { get; }

    public override string WeightsHash => hash.Value;

    public override IReadOnlyList<string> Layers { get; }

    public override string DefaultContentLayer { get; }

    public override IReadOnlyList<string> DefaultStyleLayers { get; }

    public override int SmallestSide { get; }

    public override StyleWeights? PublishedWeights { get; }

    public override IReadOnlyDictionary<string, Tensor> Features(Tensor pixels, IReadOnlyCollection<string> layers)
    {
        Check(pixels, layers);
        HashSet<string> wanted = [.. layers];
        Dictionary<string, Tensor> features = [];
        Tensor x = convention.Apply(pixels);
        bool kept = false;
        foreach (LossLayer layer in chain)
        {
            if (features.Count == wanted.Count) break;
            Tensor before = x;
            x = layer.Module.call(before);
            // What a gradient needs of it, the gradient's own graph keeps.
            if (!kept) before.Dispose();
            kept = layer.Name is not null && wanted.Contains(layer.Name);
            if (kept) features.Add(layer.Name!, x);
        }

        if (!kept) x.Dispose();
        return features;
    }

    public override void To(Device device)
    {
        convention.To(device);
        foreach (LossLayer layer in chain) layer.Module.to(device);
    }

    // Layers by what they are, since a rectifier and a tanh have no weights to tell them apart; and the pixels that the weights expect.
    private string HashOfWeights()
    {
        using var scope = NewDisposeScope();
        using IncrementalHash sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sum.AppendData(Encoding.UTF8.GetBytes(convention.ToString()));
        foreach (LossLayer layer in chain)
        {
            sum.AppendData(Encoding.UTF8.GetBytes($"{layer.Name}:{layer.Module.GetName()};"));
            // Whole numbers count what batch normalisation was trained with, which ONNX files do not keep.
            foreach ((_, Tensor weights) in layer.Module.state_dict().Where(one => one.Value.is_floating_point()).OrderBy(one => one.Key, StringComparer.Ordinal))
                sum.AppendData(weights.cpu().contiguous().bytes);
        }
        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        convention.Dispose();
        foreach (LossLayer layer in chain) layer.Module.Dispose();
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

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

/// <summary>A convolution's kernel and bias in a file of weights.</summary>
internal sealed record FileConvolution(PretrainedTensor Kernel, PretrainedTensor Bias)
{
    /// <summary>Kernels with their biases: by name (conv1_1.weight, conv1_1.bias; conv1_1_w_0, conv1_1_b_0), or else vectors of the right lengths in their order.</summary>
    /// <returns>Null where there are no such biases.</returns>
    public static IReadOnlyList<FileConvolution>? WithBiases(IReadOnlyList<PretrainedTensor> kernels, IReadOnlyList<PretrainedTensor> tensors)
    {
        PretrainedTensor[] vectors = [.. tensors.Where(tensor => tensor.Shape.Count == 1)];
        PretrainedTensor[] named = [.. kernels
            .Select(kernel => vectors.FirstOrDefault(bias => bias.Shape[0] == kernel.Shape[0] && IsNamedAfter(bias.Name, kernel.Name)))
            .OfType<PretrainedTensor>()];
        HashSet<long> lengths = [.. kernels.Select(kernel => kernel.Shape[0])];
        PretrainedTensor[] biases = named.Length == kernels.Count ? named : [.. vectors.Where(bias => lengths.Contains(bias.Shape[0]))];
        return biases.Select(bias => bias.Shape[0]).SequenceEqual(kernels.Select(kernel => kernel.Shape[0]))
            ? [.. kernels.Zip(biases, (kernel, bias) => new FileConvolution(kernel, bias))]
            : null;
    }

    /// <summary>Reads it into a layer that keeps the size.</summary>
    public Conv2d Load(PretrainedWeights file)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Conv2d convolution = Conv2d(Kernel.Shape[1], Kernel.Shape[0], Kernel.Shape[2], padding: Kernel.Shape[2] / 2);
        convolution.weight.copy_(file.Read(Kernel.Name));
        convolution.bias!.copy_(file.Read(Bias.Name));
        return convolution;
    }

    private static bool IsNamedAfter(string bias, string kernel) => bias != kernel
        && (bias == kernel.Replace("weight", "bias", StringComparison.Ordinal) || bias == kernel.Replace("_w", "_b", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Orders names as people count: features.2 before features.10.</summary>
internal static class NumberedNames
{
    public static IComparer<string> Comparer { get; } = Comparer<string>.Create(Compare);

    private static int Compare(string? first, string? second)
    {
        ReadOnlySpan<char> a = first, b = second;
        while (!a.IsEmpty && !b.IsEmpty)
        {
            (int digitsA, int digitsB) = (Digits(a), Digits(b));
            int order = digitsA > 0 && digitsB > 0 ? CompareNumbers(a[..digitsA], b[..digitsB]) : a[0].CompareTo(b[0]);
            if (order != 0) return order;
            a = a[Math.Max(1, digitsA)..];
            b = b[Math.Max(1, digitsB)..];
        }

        return a.Length.CompareTo(b.Length);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int other = text.IndexOfAnyExceptInRange('0', '9');
        return other < 0 ? text.Length : other;
    }

    // Digits of any number.
    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
    }
}

/// <summary>How weights expect pixels: (pixel − mean) / deviation, a value a channel, of RGB from 0 to 255.</summary>
internal sealed class PixelConvention : IDisposable
{
    private readonly IReadOnlyList<double> deviation;
    private readonly bool blueFirst;
    private Tensor mean, factor;

    public PixelConvention(IReadOnlyList<double> mean, IReadOnlyList<double> deviation, bool blueFirst = false)
    {
        this.blueFirst = blueFirst;
        Mean = mean;
        this.deviation = deviation;
        this.mean = Channels(mean);
        factor = Channels([.. deviation.Select(d => 1 / d)]);
    }

    /// <summary>The mean pixel, RGB.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>Less the mean pixel of ImageNet, not scaled: VGG's own (Simonyan and Zisserman 2014, section 2.1).</summary>
    public static PixelConvention LessMean(IReadOnlyList<double>? mean = null, bool blueFirst = false) => new(mean ?? [123.68, 116.779, 103.939], [1, 1, 1], blueFirst);

    /// <summary>torchvision's: [0, 1] less the mean, over the deviation.</summary>
    public static PixelConvention Torchvision() => Unit([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    /// <summary>Of pixels in [0, 1].</summary>
    public static PixelConvention Unit(IReadOnlyList<double> mean, IReadOnlyList<double> deviation) =>
        new([.. mean.Select(m => m * 255)], [.. deviation.Select(d => d * 255)]);

    public Tensor Apply(Tensor pixels)
    {
        Tensor scaled = (pixels - mean).mul_(factor);
        return blueFirst ? scaled.flip(1) : scaled;
    }

    /// <summary>The same text for the same convention, everywhere.</summary>
    public override string ToString() =>
        string.Join(' ', Mean.Concat(deviation).Select(value => value.ToString("G9", CultureInfo.InvariantCulture))) + (blueFirst ? " BGR" : "");

    public void To(Device device) => (mean, factor) = (Moved(mean, device), Moved(factor, device));

    public void Dispose()
    {
        mean.Dispose();
        factor.Dispose();
    }

    private static Tensor Moved(Tensor tensor, Device device) => tensor.to(device, disposeAfter: true).DetachFromDisposeScope();

    private static Tensor Channels(IReadOnlyList<double> values) =>
        tensor(values.Select(v => (float)v).ToArray(), [1, values.Count, 1, 1]).DetachFromDisposeScope();
}

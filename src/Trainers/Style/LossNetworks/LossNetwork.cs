using MLNetGen.AlexNet;
using MLNetGen.Evaluation;
using MLNetGen.Export;
using MLNetGen.Onnx;
using MLNetGen.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

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

    /// <summary>The same, computed in a run's precision; float32 whichever it is.</summary>
    public IReadOnlyDictionary<string, Tensor> Features(Tensor pixels, IReadOnlyCollection<string> layers, TrainingPrecision precision)
    {
        using Autocast? half = precision.Begin(pixels.device);
        IReadOnlyDictionary<string, Tensor> features = Features(pixels, layers);
        return half is null ? features : features.ToDictionary(layer => layer.Key, layer => layer.Value.ToFloat32());
    }

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

/// <summary>A layer of a chain: its name, null where nobody can ask for it, and what it computes.</summary>
internal sealed record LossLayer(string? Name, Module<Tensor, Tensor> Module);

/// <summary>The network that judges: by name, from a file, or the best at hand.</summary>
internal static class LossNetworks
{
    /// <param name="asked">A file, <see cref="LossNetworkNames.ResNet18"/> or <see cref="LossNetworkNames.Random"/>; null takes the first of these that is there.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file holds no weights, or those of another network.</exception>
    public static LossNetwork Open(string? asked) => asked switch
    {
        LossNetworkNames.Random => new RandomFilterBank(),
        LossNetworkNames.ResNet18 => OnnxLossNetwork.ResNet18(ResNet18File.Find()
            ?? throw new FileNotFoundException($"The loss network '{LossNetworkNames.ResNet18}' is not there: add the package {ResNet18File.Package} to the application, or take '{LossNetworkNames.Random}'.")),
        null => ResNet18File.Find() is { } path ? OnnxLossNetwork.ResNet18(path) : new RandomFilterBank(),
        _ => LossNetworkFile.Open(asked),
    };

    /// <summary>What teaches, and what would teach better where nothing was asked for.</summary>
    public static string Told(LossNetwork network, string? asked) =>
        network.Description + (asked is null && network is RandomFilterBank ? $" (with the package {ResNet18File.Package} in the application, ResNet-18 would, which knows what is in a picture)" : "");
}

/// <summary>Opens a trained loss network. The content says what a file is; its name may say anything.</summary>
internal static class LossNetworkFile
{
    private const string Known =
        "VGG-16 or VGG-19 (torchvision's .pth or .safetensors, imagenet-vgg-verydeep-19.mat), any ONNX network for pictures, torchvision's alexnet, or an AlexNet trained here (classifier.onnx, checkpoints/network-1.checkpoint)";

    private const int MostShown = 6;

    /// <summary>The network in a file, on the CPU. The dense layers are not read.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no file of weights, or one of another network; names what was found.</exception>
    public static LossNetwork Open(string path)
    {
        if (AlexNetCheckpoints.Is(path)) return AlexNetLossNetwork.FromCheckpoint(path);
        using PretrainedWeights file = PretrainedWeights.Open(path);
        if (AlexNetWeights.Find(file) is { } alexNet) return AlexNetLossNetwork.Create(file, alexNet);
        VggWeights? vgg = VggWeights.Find(file.Tensors);
        if (file.Format == "ONNX" && vgg is null) return OpenOnnx(path);
        // Its kernels alone would pass for a VGG's.
        if (file.Tensors.Any(tensor => tensor.Name.EndsWith("running_mean", StringComparison.Ordinal)))
            throw new InvalidDataException($"'{path}' ({file.Format}) is a network with batch normalisation. A loss network is {Known}.");
        if (vgg is not null) return VggLossNetwork.Create(file, vgg);
        throw new InvalidDataException($"'{path}' ({file.Format}) holds {Found(file.Tensors)}. A loss network is {Known}.");
    }

    private static OnnxLossNetwork OpenOnnx(string path)
    {
        using (FileStream stream = File.OpenRead(path))
        {
            if (ResNet18File.Is(Protos.Parse(stream, $"'{path}'").Graph)) return OnnxLossNetwork.ResNet18(path);
        }

        try
        {
            return OnnxLossNetwork.Open(path);
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' cannot teach: {e.Message}", e);
        }
    }

    private static string Found(IReadOnlyList<PretrainedTensor> tensors)
    {
        PretrainedTensor[] kernels = [.. tensors.Where(tensor => tensor.Shape.Count == 4)];
        if (kernels.Length == 0) return $"no convolutions: {WeightCopy.Some(tensors.Select(tensor => $"'{tensor.Name}' {StoredTensor.Text([.. tensor.Shape])}"))}";
        string shapes = string.Join(", ", kernels.Take(MostShown).Select(kernel => StoredTensor.Text([.. kernel.Shape])));
        return $"{kernels.Length} convolutions of {shapes}{(kernels.Length > MostShown ? ", …" : "")}";
    }
}

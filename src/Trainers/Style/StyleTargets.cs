using System.Globalization;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>The paintings, and where and how much the loss network compares them.</summary>
internal sealed class StyleTargets
{
    private readonly LossNetwork network;
    private readonly IReadOnlyList<Tensor> tensors;

    private StyleTargets(LossNetwork network, IReadOnlyList<Picture> pictures, string contentLayer, IReadOnlyDictionary<string, double> styleLayers, Device device)
    {
        this.network = network;
        Pictures = pictures;
        ContentLayer = contentLayer;
        StyleLayers = styleLayers;
        tensors = [.. pictures.Select(picture => StylePictures.ToTensor(picture, device))];
    }

    /// <summary>As the loss network gets them.</summary>
    public IReadOnlyList<Picture> Pictures { get; }

    public string ContentLayer { get; }

    public IReadOnlyDictionary<string, double> StyleLayers { get; }

    public string Hash => string.Join("+", tensors.Select(TrainingData.HashOf));

    /// <exception cref="ArgumentException">A painting is too small, or the network has no such layer.</exception>
    /// <exception cref="InvalidDataException">A painting cannot be read.</exception>
    public static StyleTargets Read(StyleTransferTrainer.Options options, LossNetwork network, Device device)
    {
        string content = options.ContentLayer ?? network.DefaultContentLayer;
        IReadOnlyDictionary<string, double> style = options.StyleLayers ?? network.DefaultStyleLayers.ToDictionary(layer => layer, _ => 1.0);
        network.CheckLayers([content, .. style.Keys]);
        if (options.ImageSize < network.SmallestSide)
            throw new ArgumentException($"{nameof(options.ImageSize)} is {options.ImageSize}; {network.Description} needs at least {network.SmallestSide}.");
        int side = (int)Math.Round(options.ImageSize * options.StyleScale);
        return new(network, [.. options.StylePictures.Select(path => StylePictures.Painting(path, side, network))], content, style, device);
    }

    /// <summary>Those of a run that ended.</summary>
    /// <param name="paintings">As the loss network got them.</param>
    /// <param name="network">The same.</param>
    /// <param name="settings">The run's.</param>
    /// <param name="device">The network's.</param>
    public static StyleTargets Of(IReadOnlyList<Picture> paintings, LossNetwork network, StyleSettings settings, Device device) =>
        new(network, paintings, settings.ContentLayer, settings.StyleLayers, device);

    /// <summary>What to call paintings or pictures: their files' names without folders and endings, told apart where two are alike.</summary>
    public static IReadOnlyList<string> NamesOf(IReadOnlyList<string> paths)
    {
        List<string> names = [];
        foreach (string path in paths)
        {
            string name = Path.GetFileNameWithoutExtension(path), free = name;
            for (int i = 2; names.Contains(free); i++) free = $"{name}-{i}";
            names.Add(free);
        }
        return names;
    }

    public PerceptualLoss Loss(StyleSettings settings) => new(network, tensors, settings.Loss);

    /// <summary>Lets an untrained network's paintings have the mean and deviation of each style's colours.</summary>
    public void StartWithColors(TransformNetwork network)
    {
        for (int style = 0; style < tensors.Count; style++)
        {
            using var scope = NewDisposeScope();
            network.StartWithColors(style, tensors[style].mean([0, 2, 3]).cpu(), tensors[style].std([0, 2, 3]).cpu());
        }
    }

    /// <summary>What is compared and how much it counts: as published with the weights, or calibrated on the first content pictures; and as set.</summary>
    public PerceptualLossSettings Settings(StyleTransferTrainer.Options options, PictureSet contents)
    {
        using var scope = NewDisposeScope();
        Tensor photographs = StyleContents.First(contents, StyleContents.CalibrationPictures, tensors[0].device);
        PerceptualLossSettings settings = PerceptualLossSettings.For(network, tensors, photographs, ContentLayer, StyleLayers)
            .With(network, options.ContentWeight, options.StyleWeight, options.TotalVariationWeight);
        return new(
            settings.ContentLayer,
            settings.StyleLayers.ToDictionary(layer => layer.Key, layer => Rounded(layer.Value)),
            new(Rounded(settings.Weights.Content), Rounded(settings.Weights.Style), Rounded(settings.Weights.TotalVariation)));
    }

    // A run that is resumed with other threads measures them again, and may differ in the last digits.
    private static double Rounded(double weight) => double.Parse(weight.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}

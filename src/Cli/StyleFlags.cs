using System.CommandLine;
using System.Globalization;

namespace MLNetGen.Cli;

/// <summary>What <c>train style</c> can be told of the network and its losses.</summary>
internal sealed class StyleFlags
{
    private readonly StyleTransferTrainer.Options defaults = new();

    private readonly Option<string[]> style = new("--style") { Description = "The painting; several for one network that mixes them", Required = true, AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> test = new("--test-image") { Description = "Pictures that snapshots show and training is judged by; unset: the first of --content", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> size = new("--image-size") { Description = "Height and width of training pictures" };
    private readonly Option<double> scale = new("--style-scale") { Description = "The painting's shorter side, in training pictures' sides: larger gives larger strokes" };
    private readonly Option<int?> steps = new("--steps") { Description = "Training steps; unset: --epochs passes over the photographs" };
    private readonly Option<int> epochs = new("--epochs") { Description = "Passes over the photographs" };
    private readonly Option<double> rate = new("--learning-rate", "--lr") { Description = "Adam's step size" };
    private readonly Option<LearningRateSchedule> schedule = new("--schedule") { Description = "constant or oneCycle" };
    private readonly Option<double?> gradientNorm = new("--gradient-norm") { Description = "Longest gradient of a step; unset: 1 with calibrated losses, any with published ones" };
    private readonly Option<bool> noFlip = new("--no-flip") { Description = "No mirror images of content pictures" };
    private readonly Option<bool> noAugmentation = new("--no-augmentation") { Description = "Content pictures as they are: no collages, no other contrast" };
    private readonly Option<StyleNetwork> network = new("--network") { Description = "full, or small for phones and browsers" };
    private readonly Option<StyleUpsampling> upsampling = new("--upsampling") { Description = "nearestConvolution or transposedConvolution" };
    private readonly Option<StylePadding> padding = new("--padding") { Description = "reflection or same" };
    private readonly Option<string?> lossNetwork = new("--loss-network") { Description = LossNetworkFlag.Description };
    private readonly Option<string?> contentLayer = new("--content-layer") { Description = "Where content is compared; unset: the loss network's own" };
    private readonly StyleLayersFlag styleLayers = new();
    private readonly Option<double?> contentWeight = new("--content-weight") { Description = "Unset: as published with the loss network, or calibrated" };
    private readonly Option<double?> styleWeight = new("--style-weight") { Description = "Likewise" };
    private readonly Option<double?> variationWeight = new("--tv-weight") { Description = "Of the total variation, likewise" };
    private readonly Option<double> temporal = new("--temporal-weight") { Description = "For video: how much a painting may not change where its picture hardly does; 0: none" };
    private readonly Option<int?> interval = new("--snapshot-interval") { Description = "Steps between two snapshots and checkpoints" };

    public StyleFlags()
    {
        size.DefaultValueFactory = _ => defaults.ImageSize;
        scale.DefaultValueFactory = _ => defaults.StyleScale;
        epochs.DefaultValueFactory = _ => defaults.Epochs;
        rate.DefaultValueFactory = _ => defaults.LearningRate;
        schedule.DefaultValueFactory = _ => defaults.Schedule;
        network.DefaultValueFactory = _ => defaults.Network;
        upsampling.DefaultValueFactory = _ => defaults.Upsampling;
        padding.DefaultValueFactory = _ => defaults.Padding;
    }

    public PictureSizeFlag FixedSize { get; } = new("Width and height of the pictures of model.zip, for ML.NET alone", "512x512", StyleTransferTransformer.SmallestSize);

    public Option<bool> Bytes { get; } = new("--uint8") { Description = "Also writes style-uint8.onnx: pictures as bytes, [N, H, W, 3], in and out" };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])
        [
            style, test, size, scale, steps, epochs, rate, schedule, gradientNorm, noFlip, noAugmentation, network, upsampling, padding, lossNetwork, contentLayer, styleLayers.Option,
            contentWeight, styleWeight, variationWeight, temporal, interval, FixedSize.Option, Bytes,
        ])
            command.Add(option);
    }

    public StyleTransferTrainer.Options Options(ParseResult parsed) => new()
    {
        StylePictures = parsed.GetValue(style)!,
        TestPictures = parsed.GetValue(test) ?? [],
        ImageSize = parsed.GetValue(size),
        StyleScale = parsed.GetValue(scale),
        Steps = parsed.GetValue(steps),
        Epochs = parsed.GetValue(epochs),
        LearningRate = parsed.GetValue(rate),
        Schedule = parsed.GetValue(schedule),
        MaximumGradientNorm = parsed.GetValue(gradientNorm),
        HorizontalFlip = !parsed.GetValue(noFlip),
        AugmentContent = !parsed.GetValue(noAugmentation),
        Network = parsed.GetValue(network),
        Upsampling = parsed.GetValue(upsampling),
        Padding = parsed.GetValue(padding),
        LossNetwork = parsed.GetValue(lossNetwork),
        ContentLayer = parsed.GetValue(contentLayer),
        StyleLayers = styleLayers.Value(parsed),
        ContentWeight = parsed.GetValue(contentWeight),
        StyleWeight = parsed.GetValue(styleWeight),
        TotalVariationWeight = parsed.GetValue(variationWeight),
        TemporalWeight = parsed.GetValue(temporal),
        SnapshotInterval = parsed.GetValue(interval),
    };
}

/// <summary><c>--fixed-size</c>: of the pictures that a saved chain of ML.NET's own transformers takes, which are all of one size.</summary>
internal sealed class PictureSizeFlag(string description, string size, int least)
{
    public Option<string> Option { get; } = new("--fixed-size") { Description = description, DefaultValueFactory = _ => size };

    public (int Width, int Height) Of(ParseResult parsed)
    {
        string text = parsed.GetValue(Option)!;
        return text.Split('x', '×') is [string w, string h]
            && int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out int width) && int.TryParse(h, NumberStyles.None, CultureInfo.InvariantCulture, out int height)
            && Math.Min(width, height) >= least
            ? (width, height)
            : throw new ArgumentException($"--fixed-size is '{text}'; it must be a width and a height of at least {least} {(least == 1 ? "pixel" : "pixels")}, as {size}.");
    }
}

/// <summary><c>--style-layers relu1_1 relu2_1=0.5</c>: where style is compared, and what each layer counts beside the others.</summary>
internal sealed class StyleLayersFlag
{
    public Option<string[]> Option { get; } = new("--style-layers")
    {
        Description = "Where style is compared, with weights: relu1_1 relu2_1=0.5 …; unset: the loss network's own",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Null where none are named.</summary>
    /// <exception cref="ArgumentException">One is no layer and weight, or is named twice.</exception>
    public IReadOnlyDictionary<string, double>? Value(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is not { Length: > 0 } layers)
            return null;
        Dictionary<string, double> weights = [];
        foreach (string layer in layers)
        {
            string[] pair = layer.Split('=');
            double weight = 1;
            if (pair.Length > 2 || pair[0].Length == 0 || (pair.Length == 2 && !double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out weight)))
                throw new ArgumentException($"--style-layers has '{layer}'; it must be a layer's name, or its name and weight, as relu2_1=0.5.");
            if (!weights.TryAdd(pair[0], weight))
                throw new ArgumentException($"--style-layers names '{pair[0]}' twice: name it once, with one weight.");
        }
        return weights;
    }
}

/// <summary><c>--loss-network</c> of all commands that have one.</summary>
internal static class LossNetworkFlag
{
    public const string Description = "Who judges: resnet18 (the default), random, or a file: VGG-16, VGG-19 or an AlexNet (.pth, .safetensors, .dat, .mat, .checkpoint), any ONNX network for pictures";
}

/// <summary><c>--keep-colors</c> of all commands that paint.</summary>
internal static class KeptColorsFlag
{
    public static Option<KeptColors> Create() => new("--keep-colors")
    {
        Description = "luminance: the painting's brightness in the photograph's colours; histogram: its channels with the photograph's histograms; matched: the photograph's mean and covariance of colours",
    };
}

using System.CommandLine;
using System.Text.RegularExpressions;

namespace MLNetGen.Cli;

/// <summary>The library's errors name properties of its <c>Options</c> classes; a user of the command line knows the command's options.</summary>
internal static partial class OptionNames
{
    // By property; of several, the one that was given, else the first that the command has.
    private static readonly Dictionary<string, string[]> ByProperty = new()
    {
        ["Activation"] = ["--activation"],
        ["Architecture"] = ["--network"],
        ["AugmentContent"] = ["--no-augmentation"],
        ["Autoencoder"] = ["--autoencoder"],
        ["AverageGenerator"] = ["--no-average"],
        ["BackbonePath"] = ["--backbone"],
        ["BalanceClasses"] = ["--balance-classes"],
        ["BatchSize"] = ["--batch-size"],
        ["Beta"] = ["--beta"],
        ["Beta1"] = ["--b1"],
        ["Beta2"] = ["--b2"],
        ["Capacity"] = ["--capacity"],
        ["Channels"] = ["--channels"],
        ["CheckpointInterval"] = ["--checkpoint-interval"],
        ["ColorNoise"] = ["--color-noise"],
        ["ContentLayer"] = ["--content-layer"],
        ["ContentWeight"] = ["--content-weight"],
        ["DataFolders"] = ["--data"],
        ["Device"] = ["--device"],
        ["DiffAugment"] = ["--diff-augment"],
        ["DiscriminatorLearningRate"] = ["--lr-discriminator", "--learning-rate"],
        ["DiscriminatorSteps"] = ["--discriminator-steps"],
        ["Dropout"] = ["--dropout"],
        ["EarlyStoppingPatience"] = ["--early-stopping"],
        ["Ensemble"] = ["--ensemble"],
        ["Epochs"] = ["--epochs"],
        ["Factor"] = ["--factor"],
        ["FeatureName"] = ["--feature"],
        ["FloatLayers"] = ["--float-layers"],
        ["FreeBits"] = ["--free-bits"],
        ["GaussianDeviation"] = ["--deviation"],
        ["GeneratorLearningRate"] = ["--lr-generator", "--learning-rate"],
        ["GradientPenalty"] = ["--gradient-penalty"],
        ["HorizontalFlip"] = ["--no-flip"],
        ["ImageSize"] = ["--image-size"],
        ["InitialWeights"] = ["--weights"],
        ["Iterations"] = ["--iterations"],
        ["KeptCheckpoints"] = ["--keep-checkpoints"],
        ["KeptColors"] = ["--keep-colors"],
        ["KlWarmUpEpochs"] = ["--kl-warm-up"],
        ["L2Regularization"] = ["--l2"],
        ["LabelColumnName"] = ["--label-column"],
        ["LabelSmoothing"] = ["--label-smoothing"],
        ["LatentDimension"] = ["--latent-dim"],
        ["LearnDeviation"] = ["--learn-deviation"],
        ["LearningRate"] = ["--learning-rate"],
        ["Likelihood"] = ["--likelihood"],
        ["Loss"] = ["--loss"],
        ["LossLayer"] = ["--layer"],
        ["LossNetwork"] = ["--loss-network"],
        ["LossNetworkPath"] = ["--loss-network"],
        ["MaximumDifference"] = ["--max-difference"],
        ["MaximumGradientNorm"] = ["--gradient-norm"],
        ["MaximumLoss"] = ["--max-loss"],
        ["MemoryBudget"] = ["--memory"],
        ["Network"] = ["--network"],
        ["ModelsFolder"] = ["--models"],
        ["NumberOfComponents"] = ["--mixture"],
        ["NumberOfThreads"] = ["--threads"],
        ["Optimizer"] = ["--optimizer"],
        ["OutputFeatures"] = ["--no-features"],
        ["OutputColumns"] = ["--columns"],
        ["Padding"] = ["--padding"],
        ["Port"] = ["--port"],
        ["PatchSize"] = ["--patch-size"],
        ["PatchesPerPicture"] = ["--patches"],
        ["Precision"] = ["--precision"],
        ["PyTorchExample"] = ["--pytorch-example"],
        ["R1Gamma"] = ["--r1"],
        ["RandomCrop"] = ["--no-crop"],
        ["ResizeSize"] = ["--resize-size"],
        ["Resume"] = ["--resume"],
        ["SampleInterval"] = ["--sample-interval"],
        ["Schedule"] = ["--schedule"],
        ["Seed"] = ["--seed"],
        ["SixthConvolution"] = ["--sixth-convolution"],
        ["Size"] = ["--size"],
        ["SnapshotInterval"] = ["--snapshot-interval"],
        ["SourceProcedure"] = ["--source-procedure"],
        ["SpectralNormalization"] = ["--spectral-norm"],
        ["Start"] = ["--init"],
        ["Steps"] = ["--steps"],
        ["Strength"] = ["--strength"],
        ["StyleLayers"] = ["--style-layers"],
        ["StylePictures"] = ["--style"],
        ["StyleScale"] = ["--style-scale"],
        ["StyleWeight"] = ["--style-weight"],
        ["StyleWeights"] = ["--mix"],
        ["TemporalWeight"] = ["--temporal-weight"],
        ["TenCrop"] = ["--ten-crop"],
        ["TestPictures"] = ["--test-image"],
        ["TileSize"] = ["--tile"],
        ["TopK"] = ["--top-k"],
        ["TotalVariationWeight"] = ["--tv-weight"],
        ["TrainedLayers"] = ["--train-layers"],
        ["Upsampling"] = ["--upsampling"],
        ["ValidationFraction"] = ["--validation-fraction"],
        ["ValidationSet"] = ["--test"],
        ["WebRuntimeFolder"] = ["--onnxruntime-web"],
        ["WeightDecay"] = ["--weight-decay"],
        ["Width"] = ["--width"],
        ["WorkspacePath"] = ["--out"],
    };

    /// <summary>The options that may stand for a property, the likeliest first.</summary>
    public static IReadOnlyList<string> Of(string property) => ByProperty.GetValueOrDefault(property) ?? [];

    /// <summary>The message, with the options that the command has in the place of properties.</summary>
    /// <param name="message">An error of the library's.</param>
    /// <param name="parsed">The command, and what it was given.</param>
    /// <param name="alsoWords">Whether names of one word are properties too, and not only words of a sentence: <c>Steps</c>.</param>
    public static string In(string message, ParseResult parsed, bool alsoWords) => CapitalisedName().Replace(message, match =>
        (alsoWords || match.Value.Skip(1).Any(letter => !char.IsAsciiLetterLower(letter))) && ByProperty.TryGetValue(match.Value, out string[]? names) && Find(names, parsed) is { } option
            ? option : match.Value);

    private static string? Find(string[] names, ParseResult parsed)
    {
        Option[] options = [.. names.Select(name => parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name))).OfType<Option>()];
        return (options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) ?? options.FirstOrDefault())?.Name;
    }

    // Not in a path or in quotes.
    [GeneratedRegex(@"(?<![\w'./\\-])[A-Z]\w+(?![\w'/\\]|\.\w)")]
    private static partial Regex CapitalisedName();
}

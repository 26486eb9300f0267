using System.Globalization;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>A classifier's ONNX files.</summary>
internal static class AlexNetPipeline
{
    /// <summary>By which a saved model is known for one of AlexNet's.</summary>
    public const string Best = "mlnetgen.best";

    public static ClassifierPipeline Of(AlexNetTrainer.Options options) => new(Best, options.TopK > 0, options.OutputFeatures);

    /// <summary>Writes both files and holds them against the modules, in ONNX Runtime.</summary>
    /// <param name="networks">At least one.</param>
    /// <param name="settings">The run's.</param>
    /// <param name="options">What the files give, and where they lie.</param>
    /// <exception cref="InvalidOperationException">The files do not compute what the modules do.</exception>
    public static OnnxFiles Export(IReadOnlyList<AlexNetModule> networks, AlexNetSettings settings, AlexNetTrainer.Options options)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (AlexNetModule network in networks) network.eval();
        AlexNetRecipe recipe = settings.Recipe;
        // Whoever crops for himself gives the network's own size.
        int given = options.TenCrop ? recipe.ResizeSize : recipe.Shape.Size;
        using PixelNormalization normalization = new(settings.Mean, settings.Deviation);
        return Of(options).Export(AlexNetTransformer.Family, options, settings.Classes,
            new ScoringNetwork(networks, normalization, given, options.TenCrop, outputFeatures: options.OutputFeatures), PixelsOf(given),
            new ScoringNetwork(networks, normalization, recipe.ResizeSize, options.TenCrop, outputBest: true, options.TopK, options.OutputFeatures), PixelsOf(recipe.ResizeSize),
            [
                new("network", $"{recipe.Shape.Network}"), new("networks", $"{networks.Count}"), new("resizedTo", $"{recipe.ResizeSize}"),
                new("mean", string.Join(",", settings.Mean.Select(Text))), new("deviation", string.Join(",", settings.Deviation.Select(Text))),
                new("crops", options.TenCrop ? "ten" : "centre"),
            ]);

        long[] PixelsOf(int side) => [recipe.Shape.Channels, side, side];

        static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
    }
}

using System.Globalization;
using System.Text.Json;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>A classifier's ONNX files.</summary>
internal sealed class AlexNetOnnxFiles : OnnxBundle
{
    public const string ClassifierName = "classifier.onnx";

    /// <summary>By which a saved model is known for one of AlexNet's.</summary>
    public const string Best = "mlnetgen.best";

    private const string PipelineName = "pipeline-classifier.onnx";

    private AlexNetOnnxFiles(string? temporary, string remedy)
        : base("alexnet", temporary, remedy, ClassifierName)
    {
    }

    /// <summary>Pixels → Score, and Features where asked for: for any ONNX consumer.</summary>
    public string Classifier => PathOf(ClassifierName);

    /// <summary>The same as the pipeline holds it: pixels as large as pictures are resized, and the places of the best scores too.</summary>
    public string Pipeline => PathOf(PipelineName);

    /// <summary>The greatest difference to the trained networks, of a probability.</summary>
    public double Parity { get; private set; } = double.NaN;

    public static ClassifierPipeline PipelineOf(AlexNetTrainer.Options options) => new(Best, options.TopK > 0, options.OutputFeatures);

    /// <summary>Writes both and holds them against the modules, in ONNX Runtime.</summary>
    /// <param name="networks">At least one.</param>
    /// <param name="settings">The run's.</param>
    /// <param name="options">What the files give.</param>
    /// <param name="remedy">Said where they disagree: what is not lost.</param>
    /// <param name="temporary">Where the files lie; see <see cref="OnnxBundle"/>.</param>
    /// <exception cref="InvalidOperationException">The files do not compute what the modules do.</exception>
    public static AlexNetOnnxFiles Export(IReadOnlyList<AlexNetModule> networks, AlexNetSettings settings, AlexNetTrainer.Options options, string remedy, string? temporary = null) =>
        Written(new AlexNetOnnxFiles(temporary, remedy), files => files.Write(networks, settings, options));

    private void Write(IReadOnlyList<AlexNetModule> networks, AlexNetSettings settings, AlexNetTrainer.Options options)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (AlexNetModule network in networks) network.eval();
        AlexNetRecipe recipe = settings.Recipe;
        int size = recipe.Shape.Size;
        // Whoever crops for himself gives the network's own size.
        int given = options.TenCrop ? recipe.ResizeSize : size;
        using PixelNormalization normalization = new(settings.Mean, settings.Deviation);

        string[] features = options.OutputFeatures ? [ClassifierColumns.Features] : [];
        Parity = Write(
            new ScoringNetwork(networks, normalization, given, options.TenCrop, outputFeatures: options.OutputFeatures),
            given, ClassifierName, ClassifierColumns.OnnxPixels, [ClassifierColumns.Score, .. features], []);
        ClassifierPipeline pipeline = PipelineOf(options);
        Write(
            new ScoringNetwork(networks, normalization, recipe.ResizeSize, options.TenCrop, outputBest: true, options.TopK, options.OutputFeatures),
            recipe.ResizeSize, PipelineName, ClassifierColumns.Pixels, pipeline.NetworkOutputs, pipeline.Places, slotNames: true);

        double Write(ScoringNetwork network, int side, string name, string input, string[] outputs, string[] uncompared, bool slotNames = false) => this.Write(
            network, [zeros([1, recipe.Shape.Channels, side, side])], name, new OnnxExportOptions
            {
                ModelName = "classifier",
                InputNames = [input],
                OutputNames = outputs,
                SlotNames = slotNames ? new Dictionary<string, IReadOnlyList<string>> { [ClassifierColumns.Score] = settings.Classes } : new Dictionary<string, IReadOnlyList<string>>(),
                Metadata = Describe(settings, options, networks.Count, side),
            }, scale: 1, uncompared: uncompared);
    }

    private static Dictionary<string, string> Describe(AlexNetSettings settings, AlexNetTrainer.Options options, int networks, int side) => new()
    {
        ["network"] = settings.Recipe.Shape.Network.ToString(),
        ["networks"] = networks.ToString(CultureInfo.InvariantCulture),
        ["labels"] = JsonSerializer.Serialize(settings.Classes),
        ["inputShape"] = string.Create(CultureInfo.InvariantCulture, $"{settings.Recipe.Shape.Channels},{side},{side}"),
        ["resizedTo"] = settings.Recipe.ResizeSize.ToString(CultureInfo.InvariantCulture),
        ["pixelRange"] = "0,1",
        ["mean"] = string.Join(",", settings.Mean.Select(m => m.ToString(CultureInfo.InvariantCulture))),
        ["deviation"] = string.Join(",", settings.Deviation.Select(d => d.ToString(CultureInfo.InvariantCulture))),
        ["crops"] = options.TenCrop ? "ten" : "centre",
    };
}

using Microsoft.ML;
using MLNetGen.FineTuning;

namespace MLNetGen;

/// <summary>
/// A fine-tuned classifier. <see cref="OnnxChainTransformer.Transform"/> adds <c>Score</c> (probabilities, a vector with the classes as slot names) and <c>PredictedLabel</c> (a key whose
/// values are the labels), and where the options asked for them <c>TopLabels</c>, <c>TopScores</c> and <c>Features</c>. On ML.NET's <c>MulticlassClassification.Evaluate</c> see
/// <see cref="AlexNetTransformer"/>.
/// </summary>
/// <remarks>
/// <see cref="OnnxChainTransformer.SaveOnnx"/> writes <c>classifier.onnx</c> (pixels → Score, and Features where they were asked for) for any ONNX consumer. Pixels are float32
/// [N, channels, H, W] in [0, 1], red first: what the backbone was trained on is made of them in the file. The labels are in its metadata.
/// </remarks>
public sealed class FineTuneTransformer : ClassifierTransformer<FineTuneEpoch>
{
    internal const string Family = "fine-tuning";

    /// <summary>By which a saved model is known for one of these.</summary>
    internal const string Best = "mlnetgen.fineTunedBest";

    private readonly FineTuneHistory? history;

    internal FineTuneTransformer(ITransformer chain, IReadOnlyList<string> classNames, OnnxFiles? files, FineTuneHistory? history, bool ownsFiles = true)
        : base(chain, classNames, files, history, history?.Epochs, ownsFiles) => this.history = history;

    /// <summary>The epoch whose weights these are; 0 for the head on the frozen backbone, and for a model that was loaded.</summary>
    public int KeptEpoch => Epochs.Count > 0 ? Epochs[^1].KeptEpoch : 0;

    /// <summary>Finds the classifier in a chain: one that <c>mlContext.Model.Load</c> gave back, or one that it was just trained in.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The chain.</param>
    /// <exception cref="ArgumentException">The model is not one that <see cref="FineTuneTrainer"/> made.</exception>
    public static FineTuneTransformer FromModel(MLContext context, ITransformer model) => FromModel<FineTuneTransformer>(context, model, nameof(FineTuneTrainer), Best,
        (classes, trained) => new(model, classes, trained?.Files, trained?.history, ownsFiles: false));

    private protected override void WriteReport(string folder, ClassificationReport? test, IReadOnlyList<string>? commandLine) =>
        FineTuneReport.Write(folder, history!, Files!, test, commandLine);
}

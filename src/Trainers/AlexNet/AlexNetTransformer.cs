using Microsoft.ML;
using MLNetGen.AlexNet;

namespace MLNetGen;

/// <summary>
/// A trained AlexNet. <see cref="OnnxChainTransformer.Transform"/> adds <c>Score</c> (probabilities, a vector with the classes as slot names) and <c>PredictedLabel</c> (a key whose
/// values are the labels), and where the options asked for them <c>TopLabels</c>, <c>TopScores</c> and <c>Features</c>. ML.NET's
/// <c>MulticlassClassification.Evaluate</c> takes its rows as they are where the labels were made keys (<c>MapValueToKey</c>) before this was trained, by the same transformer: it compares
/// numbers, and gives wrong figures without a word for keys that were made after scoring and for numbers other than 0, 1, 2 …. <c>EvaluateReport</c> goes by name.
/// </summary>
/// <remarks>
/// <see cref="OnnxChainTransformer.SaveOnnx"/> writes <c>classifier.onnx</c> (pixels → Score, and Features where they were asked for) for any ONNX
/// consumer. Pixels are float32 [N, channels, H, W] in [0, 1], of the network's own size; with ten crops, of the size that pictures are resized to. The
/// labels are in its metadata. <c>SaveReport</c> writes <c>kernels.png</c> too. <c>Epochs</c> are of all networks of an ensemble, one after another.
/// </remarks>
public sealed class AlexNetTransformer : ClassifierTransformer<AlexNetEpoch>
{
    internal const string Family = "alexnet";

    private readonly Picture? kernels;

    internal AlexNetTransformer(ITransformer chain, IReadOnlyList<string> classNames, OnnxFiles? files, AlexNetHistory? history, Picture? kernels, bool ownsFiles = true)
        : base(chain, classNames, files, history, history?.Epochs, ownsFiles) => (History, this.kernels) = (history, kernels);

    internal AlexNetHistory? History { get; }

    /// <summary>Finds the classifier in a chain: one that <c>mlContext.Model.Load</c> gave back, or one that it was just trained in.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The chain.</param>
    /// <exception cref="ArgumentException">The model is not one that <see cref="AlexNetTrainer"/> made.</exception>
    public static AlexNetTransformer FromModel(MLContext context, ITransformer model) => FromModel<AlexNetTransformer>(context, model, nameof(AlexNetTrainer), AlexNetPipeline.Best,
        (classes, trained) => new(model, classes, trained?.Files, trained?.History, trained?.kernels, ownsFiles: false));

    private protected override void WriteReport(string folder, ClassificationReport? test, IReadOnlyList<string>? commandLine)
    {
        Directory.CreateDirectory(folder);
        kernels?.Save(AlexNetReport.Kernels(folder));
        AlexNetReport.Write(folder, History!, Files!, test, commandLine);
    }
}

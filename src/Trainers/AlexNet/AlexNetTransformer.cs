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
/// labels are in its metadata.
/// </remarks>
public sealed class AlexNetTransformer : OnnxChainTransformer
{
    private readonly AlexNetOnnxFiles? files;
    private readonly Picture? kernels;

    private AlexNetTransformer(ITransformer chain, IReadOnlyList<string> classNames, AlexNetOnnxFiles? files = null, AlexNetHistory? history = null, Picture? kernels = null, bool ownsFiles = true)
        : base(chain, files, history, ownsFiles)
    {
        this.files = files;
        this.kernels = kernels;
        ClassNames = classNames;
        History = history;
    }

    /// <summary>The classes, in the order of <c>Score</c>.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The training run's epochs, of all networks of an ensemble one after another; empty for a model that was loaded.</summary>
    public IReadOnlyList<AlexNetEpoch> Epochs => History?.Epochs ?? [];

    /// <summary>How far the ONNX file's probabilities are from the trained network's, at most; null for a model that was loaded.</summary>
    public double? OnnxParity => files?.Parity;

    internal AlexNetHistory? History { get; }

    internal AlexNetOnnxFiles? Files => files;

    /// <summary>Finds the classifier in a chain: one that <c>mlContext.Model.Load</c> gave back, or one that it was just trained in.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The chain.</param>
    /// <exception cref="ArgumentException">The model is not one that <see cref="AlexNetTrainer"/> made.</exception>
    public static AlexNetTransformer FromModel(MLContext context, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        return Find(model) ?? throw NoneIn(model, "one that AlexNetTrainer made");
    }

    /// <summary>
    /// Writes what tells of the run: <c>metrics.json</c>, <c>run.json</c> and <c>report.html</c>, the last with the
    /// pictures that training left in <paramref name="folder"/> (<see cref="TrainingOptions.WorkspacePath"/>), and <c>kernels.png</c>.
    /// </summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="test">What <see cref="ClassificationEvaluation.EvaluateReport"/> said of held-out rows; null leaves it out.</param>
    /// <param name="commandLine">The command that repeats the run, if it was one.</param>
    /// <exception cref="InvalidOperationException">The model was loaded: nothing is known of its run.</exception>
    public void SaveReport(string folder, ClassificationReport? test = null, IReadOnlyList<string>? commandLine = null)
    {
        if (History is null || files is null)
            throw NoRun();
        Directory.CreateDirectory(folder);
        kernels?.Save(AlexNetSnapshots.Kernels(folder));
        AlexNetReport.Write(folder, History, files, test, commandLine);
    }

    internal static AlexNetTransformer Create(ITransformer chain, AlexNetOnnxFiles files, AlexNetHistory history, Picture kernels) =>
        new(chain, history.Settings.Classes, files, history, kernels);

    private static AlexNetTransformer? Find(ITransformer model)
    {
        if (model is AlexNetTransformer same)
            return same;
        if (ChainParts.Trained<AlexNetTransformer>(model) is { } trained)
            return new AlexNetTransformer(model, trained.ClassNames, trained.files, trained.History, trained.kernels, ownsFiles: false);
        return ClassifierPipeline.ClassesOf(model, AlexNetOnnxFiles.Best) is { } classes ? new AlexNetTransformer(model, classes) : null;
    }
}

using System.Globalization;
using MLNetGen.FineTuning;
using MLNetGen.Onnx;

namespace MLNetGen;

/// <summary>How well a network classifies some rows.</summary>
/// <param name="Loss">Cross-entropy in nats, averaged over the rows.</param>
/// <param name="Top1">Share of the rows whose class has the highest score, 0 to 1.</param>
public sealed record FineTuneMetrics(double Loss, double Top1)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"loss {Loss:F3}, top-1 {Top1:P1}");
}

/// <summary>One finished epoch, of all layers.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">Over the epoch's steps, on shifted and mirrored pictures, while the weights moved.</param>
/// <param name="Test">Of the held-out rows after the epoch; null where there are none.</param>
/// <param name="Frozen">Of the held-out rows before the first epoch: the head on the frozen backbone; null where there are none.</param>
/// <param name="KeptEpoch">The epoch whose weights are the best so far: 0 is the frozen head, and where no rows are held out the last one counts.</param>
/// <param name="ImagesPerSecond">Training speed.</param>
public sealed record FineTuneEpoch(int Epoch, FineTuneMetrics Train, FineTuneMetrics? Test, FineTuneMetrics? Frozen, int KeptEpoch, double ImagesPerSecond) : ITimed
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"epoch {Epoch}: train {Train}{(Test is null ? "" : $"; test {Test}; {(KeptEpoch == 0 ? "the frozen head" : $"epoch {KeptEpoch}")} is best")}; {ImagesPerSecond:F1} images/s");
}

/// <summary>Where a running <see cref="FineTuneTrainer"/> stands, after one step.</summary>
/// <inheritdoc/>
public sealed record FineTuneProgress(int Epoch, int Epochs, int Batch, int Batches, FineTuneMetrics Train, double ImagesPerSecond, TimeSpan Remaining)
    : EpochProgress<FineTuneMetrics>(Epoch, Epochs, Batch, Batches, Train, ImagesPerSecond, Remaining);

/// <summary>What a run tells of itself.</summary>
internal static class FineTuneReport
{
    public static void Write(string folder, FineTuneHistory history, OnnxFiles files, ClassificationReport? test, IReadOnlyList<string>? commandLine)
    {
        double parity = files.ParityOf(ClassifierPipeline.File);
        FineTuneSettings settings = history.Settings;
        HtmlReport page = RunPage.Of(history, "Fine-tuned classifier", settings.Describe());
        page.Figures(
        [
            .. history.Epochs.Count > 0 && history.Epochs[^1] is { Test: not null, KeptEpoch: var kept }
                ? [("Epoch kept", kept == 0 ? "the frozen head" : $"{kept}", "of less loss on held-out rows than those kept before, and no more errors")] : ((string, string, string?)[])[],
            ("Training pictures", settings.TrainingRows.ToString("N0", CultureInfo.InvariantCulture), null),
            .. RunPage.Figures(history, "training images a second", parity, "largest difference of a probability to the trained network", speedFormat: "N1"),
        ]);
        test?.AddTo(page, folder);
        if (history.Epochs.Count > 0)
        {
            page.Curves(history.Epochs, "Loss", "nats", ("train", epoch => epoch.Train.Loss), ("held out", epoch => epoch.Test?.Loss), ("held out, frozen head", epoch => epoch.Frozen?.Loss));
            page.Curves(history.Epochs, "Error", "% of pictures",
                ("train", epoch => Errors(epoch.Train)), ("held out", epoch => Errors(epoch.Test)), ("held out, frozen head", epoch => Errors(epoch.Frozen)));
        }

        page.Network("Network", OnnxSummary.Read(files[ClassifierPipeline.File]), "picture", settings.InputShape);
        RunFiles.Write(folder, RunRecord.Of(FineTuneTransformer.Family, history, [("epochs", history.Epochs)], test?.ToFigures(), parity, commandLine), page);

        static double? Errors(FineTuneMetrics? metrics) => 100 * (1 - metrics?.Top1);
    }
}

using System.Globalization;
using MLNetGen.Onnx;

namespace MLNetGen.FineTuning;

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
        page.Curves(history.Epochs, "Loss", "nats", ("train", epoch => epoch.Train.Loss), ("held out", epoch => epoch.Test?.Loss), ("held out, frozen head", epoch => epoch.Frozen?.Loss));
        page.Curves(history.Epochs, "Error", "% of pictures",
            ("train", epoch => Errors(epoch.Train)), ("held out", epoch => Errors(epoch.Test)), ("held out, frozen head", epoch => Errors(epoch.Frozen)));
        page.Network("Network", OnnxSummary.Read(files[ClassifierPipeline.File]), "picture", settings.InputShape);
        RunFiles.Write(folder, RunRecord.Of(FineTuneTransformer.Family, history, [("epochs", history.Epochs)], test?.ToFigures(), parity, commandLine), page);

        static double? Errors(FineTuneMetrics? metrics) => 100 * (1 - metrics?.Top1);
    }
}

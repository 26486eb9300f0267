using System.Globalization;
using MLNetGen.Onnx;

namespace MLNetGen.AlexNet;

/// <summary>What a run tells of itself.</summary>
internal static class AlexNetReport
{
    public static void Write(string folder, AlexNetHistory history, AlexNetOnnxFiles files, ClassificationReport? test, IReadOnlyList<string>? commandLine)
    {
        object? figures = test is null ? null : new
        {
            Top1 = test.Metrics.Accuracy,
            Top5 = test.Metrics.TopKErrors.Count >= 5 ? 1 - test.Metrics.TopKErrors[4] : (double?)null,
            test.Metrics.LogLoss,
            MacroF1 = test.Metrics.Macro.F1,
            test.Metrics.ExpectedCalibrationError,
            Rows = test.Metrics.RowCount,
        };
        RunRecord run = RunRecord.Of("alexnet", history, [("epochs", history.Epochs)], figures, files.Parity, commandLine);
        RunFiles.Write(folder, run, Page(folder, history, files, test));
    }

    private static HtmlReport Page(string folder, AlexNetHistory history, AlexNetOnnxFiles files, ClassificationReport? test)
    {
        AlexNetSettings settings = history.Settings;
        AlexNetShape shape = settings.Recipe.Shape;
        int networks = history.Epochs.Select(epoch => epoch.Member).DefaultIfEmpty(1).Max();
        HtmlReport page = RunPage.Of(history, "AlexNet", string.Create(
            CultureInfo.InvariantCulture,
            $"{shape.Network}, {shape.Channels}×{shape.Size}×{shape.Size}, {shape.Classes} classes, {history.Of(1).Count} epochs{(networks > 1 ? $", {networks} networks" : "")}"));
        page.Figures(
        [
            .. settings.Recipe.EarlyStoppingPatience > 0 && networks == 1 ? [("Epoch kept", history.KeptEpoch(1).ToString(CultureInfo.InvariantCulture), "the one of the lowest validation error")] : ((string, string, string?)[])[],
            ("Training pictures", settings.TrainingRows.ToString("N0", CultureInfo.InvariantCulture), null),
            .. RunPage.Figures(history, "training images a second", files.Parity, "largest difference of a probability to the trained network"),
        ]);
        test?.AddTo(page, folder);
        Curves(page, history, networks);
        Layers(page, history);
        if (AlexNetSnapshots.Augmented(folder) is var augmented && File.Exists(augmented))
            page.Picture("What training sees", "The first pictures of the first epoch, as the network got them.", augmented);
        if (AlexNetSnapshots.Kernels(folder) is var kernels && File.Exists(kernels))
            page.Picture("First-layer kernels", "What the first convolution looks for; each kernel over its own range of values.", kernels);
        if (networks == 1)
            page.Network("Network", OnnxSummary.Read(files.Classifier), "picture", [shape.Channels, shape.Size, shape.Size]);
        return page;
    }

    private static void Curves(HtmlReport page, AlexNetHistory history, int networks)
    {
        bool tested = history.Epochs.Any(epoch => epoch.Test is not null);
        List<ChartSeries> loss = [], error = [];
        for (int member = 1; member <= networks; member++)
        {
            string name = networks > 1 ? $" of network {member}" : "";
            loss.Add(Series($"train{name}", history, member, epoch => epoch.Train.Loss));
            error.Add(Series($"train, augmented{name}", history, member, epoch => 100 * (1 - epoch.Train.Top1)));
            if (!tested)
                continue;
            loss.Add(Series($"test{name}", history, member, epoch => epoch.Test?.Loss ?? double.NaN));
            error.Add(Series($"test{name}", history, member, epoch => 100 * (1 - epoch.Test?.Top1) ?? double.NaN));
            if (networks == 1 && history.Epochs.Any(epoch => epoch.Test?.Top5 is not null))
                error.Add(Series("test, top-5", history, member, epoch => 100 * (1 - epoch.Test?.Top5) ?? double.NaN));
        }
        page.Chart("Loss", "epoch", "nats", [.. loss]);
        page.Chart("Error", "epoch", "% of pictures", [.. error]);
        page.Chart("Learning rate", "epoch", networks > 1 ? "at the epoch's end, of network 1" : "at the epoch's end", Series("rate", history, 1, epoch => epoch.LearningRate));
        page.Chart("Waiting for data", "epoch", "% of the time", [.. Enumerable.Range(1, networks).Select(member => Series(networks > 1 ? $"network {member}" : "waiting", history, member, epoch => 100 * epoch.WaitingShare))]);
    }

    private static void Layers(HtmlReport page, AlexNetHistory history)
    {
        IReadOnlyList<AlexNetEpoch> epochs = [.. history.Of(1).Where(epoch => epoch.Layers.Count > 0)];
        if (epochs.Count == 0)
            return;
        ChartSeries[] Of(Func<AlexNetLayer, double?> figure) => [.. Enumerable.Range(0, epochs[0].Layers.Count)
            .Where(layer => figure(epochs[0].Layers[layer]) is not null)
            .Select(layer => new ChartSeries(epochs[0].Layers[layer].Name, [.. epochs.Select(epoch => ((double)epoch.Epoch, figure(epoch.Layers[layer]) ?? double.NaN))]))];
        page.Chart("Activations that are 0", "epoch", "% of a layer's", Of(layer => 100 * layer.ZeroShare));
        page.Chart("Gradient of a layer's weights", "epoch", "norm, in the epoch's last step", Of(layer => layer.GradientNorm));
    }

    private static ChartSeries Series(string name, AlexNetHistory history, int member, Func<AlexNetEpoch, double> value) =>
        new(name, [.. history.Of(member).Select(epoch => ((double)epoch.Epoch, value(epoch)))]);
}

using System.Globalization;

namespace MLNetGen.Torch;

/// <summary>What a run tells of itself.</summary>
internal static class TorchReport
{
    public static void Write(string folder, TorchHistory history, double parity, IReadOnlyList<string>? commandLine)
    {
        RunRecord run = new()
        {
            Family = "torch",
            Seed = history.Settings.Seed,
            Settings = history.Settings,
            Seconds = history.Seconds,
            ImagesPerSecond = Speed(history),
            Course = [("epochs", history.Epochs)],
            Test = history.Epochs.Count > 0 ? history.Epochs[^1].Test : null,
            OnnxParity = new { network = parity },
            Stopped = history.Stopped,
            CommandLine = commandLine,
        };
        RunFiles.Write(folder, run, Page(folder, history, parity));
    }

    private static HtmlReport Page(string folder, TorchHistory history, double parity)
    {
        TorchSettings settings = history.Settings;
        HtmlReport page = new(settings.Task, $"{settings.Networks}; {string.Join("×", settings.InputShape)}, {history.Epochs.Count} epochs");
        if (history.Stopped is { } why) page.Note(why);
        TorchEpoch? last = history.Epochs.Count > 0 ? history.Epochs[^1] : null;
        page.Figures(
        [
            .. (last?.Test ?? last?.Train ?? new Dictionary<string, double>()).Select(figure =>
                (figure.Key, figure.Value.ToString("G4", CultureInfo.InvariantCulture), (string?)(last!.Test is null ? "last epoch, training rows" : "last epoch, held-out rows"))),
            ("Speed", Speed(history).ToString("N0", CultureInfo.InvariantCulture), "training rows a second"),
            ("Training time", TimeSpan.FromSeconds(history.Seconds).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture), null),
            ("ONNX parity", parity.ToString("G2", CultureInfo.InvariantCulture), "largest difference to the trained network"),
        ]);
        foreach (string name in history.Epochs.SelectMany(epoch => epoch.Train.Keys.Concat(epoch.Test?.Keys ?? [])).Distinct())
        {
            page.Chart(name, "epoch", name, [.. new[] { Series("train", epoch => epoch.Train), Series("test", epoch => epoch.Test) }.Where(series => series.Points.Any(point => double.IsFinite(point.Y)))]);
            ChartSeries Series(string of, Func<TorchEpoch, IReadOnlyDictionary<string, double>?> figures) =>
                new(of, [.. history.Epochs.Select(epoch => ((double)epoch.Epoch, figures(epoch)?.GetValueOrDefault(name, double.NaN) ?? double.NaN))]);
        }

        (string, string)[] frames = [.. history.Epochs.Select(epoch => ($"epoch {epoch.Epoch}", TrainingTask.SnapshotPath(folder, epoch.Epoch))).Where(frame => File.Exists(frame.Item2))];
        if (frames.Length > 0) page.Filmstrip("Snapshots", "What the network made of the same rows after every epoch.", frames);
        return page;
    }

    private static double Speed(TorchHistory history) => MedianSpeed.Of(history.Epochs.Select(epoch => epoch.ImagesPerSecond));
}

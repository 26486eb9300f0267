using System.Globalization;

namespace MLNetGen.Torch;

/// <summary>What a run tells of itself.</summary>
internal static class TorchReport
{
    public static void Write(string folder, TorchHistory history, double parity, IReadOnlyList<string>? commandLine)
    {
        RunRecord run = RunRecord.Of("torch", history, [("epochs", history.Epochs)], history.Epochs.Count > 0 ? history.Epochs[^1].Test : null, new { network = parity }, commandLine);
        RunFiles.Write(folder, run, Page(folder, history, parity));
    }

    private static HtmlReport Page(string folder, TorchHistory history, double parity)
    {
        TorchSettings settings = history.Settings;
        HtmlReport page = RunPage.Of(history, settings.Task, $"{settings.Networks}; {string.Join("×", settings.InputShape)}, {history.Epochs.Count} epochs");
        TorchEpoch? last = history.Epochs.Count > 0 ? history.Epochs[^1] : null;
        page.Figures(
        [
            .. (last?.Test ?? last?.Train ?? new Dictionary<string, double>()).Select(figure =>
                (figure.Key, figure.Value.ToString("G4", CultureInfo.InvariantCulture), (string?)(last!.Test is null ? "last epoch, training rows" : "last epoch, held-out rows"))),
            .. RunPage.Figures(history, "training rows a second", parity, "largest difference to the trained network"),
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
}

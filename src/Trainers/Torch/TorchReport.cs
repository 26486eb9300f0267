namespace MLNetGen.Torch;

/// <summary>What a run tells of itself.</summary>
internal static class TorchReport
{
    public static void Write(string folder, TorchHistory history, double parity, IReadOnlyList<string>? commandLine)
    {
        TorchSettings settings = history.Settings;
        HtmlReport page = RunPage.Of(history, settings.Task, $"{settings.Networks}; {string.Join("×", settings.InputShape)}, {RunPage.Epochs(history.Epochs.Count)}");
        TorchEpoch? last = history.Epochs.Count > 0 ? history.Epochs[^1] : null;
        page.Figures(
        [
            .. (last?.Test ?? last?.Train ?? new Dictionary<string, double>()).Select(figure =>
                (figure.Key, RunPage.Text(figure.Value, "G4"), (string?)(last!.Test is null ? "last epoch, training rows" : "last epoch, held-out rows"))),
            .. RunPage.Figures(history, "training rows a second", parity, "largest difference to the trained network"),
        ]);
        foreach (string name in history.Epochs.SelectMany(epoch => epoch.Train.Keys.Concat(epoch.Test?.Keys ?? [])).Distinct())
            page.Curves(history.Epochs, name, name, ("train", epoch => Find(epoch.Train, name)), ("test", epoch => Find(epoch.Test, name)));
        const string Caption = "What the network made of the same rows after every epoch.";
        if (history.Epochs.Any(epoch => File.Exists(TrainingTask.SnapshotPath(folder, epoch.Epoch)))) page.Snapshots(history.Epochs.Count, folder, TrainingTask.Snapshots, "Snapshots", Caption);
        RunFiles.Write(folder, RunRecord.Of("torch", history, [("epochs", history.Epochs)], last?.Test, new { network = parity }, commandLine), page);
    }

    private static double? Find(IReadOnlyDictionary<string, double>? figures, string name) => figures is not null && figures.TryGetValue(name, out double value) ? value : null;
}

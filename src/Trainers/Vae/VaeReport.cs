using System.Globalization;

namespace MLNetGen.Vae;

/// <summary>What a run tells of itself.</summary>
internal static class VaeReport
{
    public static void Write(string folder, VaeHistory history, VaeMetrics? test, VaeParity parity, IReadOnlyList<string>? commandLine)
    {
        RunRecord run = RunRecord.Of("vae", history, [("epochs", history.Epochs)], test, parity, commandLine);
        RunFiles.Write(folder, run, Page(folder, history, test, parity));
    }

    private static HtmlReport Page(string folder, VaeHistory history, VaeMetrics? test, VaeParity parity)
    {
        VaeSettings settings = history.Settings;
        HtmlReport page = RunPage.Of(history, "Variational autoencoder", $"{settings.Architecture} network, {string.Join("×", settings.InputShape)}, latent dimension {settings.LatentDimension}, {history.Epochs.Count} epochs");
        page.Figures(
        [
            .. test is null ? [] : ((string, string, string?)[])
            [
                ("−ELBO on test rows", Number(test.NegativeElbo), "nats per image; lower is better"),
                ("Reconstruction", Number(test.Reconstruction), "−log p(x|z), nats"),
                ("KL", Number(test.Kl), "KL(q(z|x) ‖ N(0, 1)), nats"),
            ],
            .. RunPage.Figures(history, "training images a second", Math.Max(parity.Encoder, parity.Decoder), "largest difference to the trained network"),
        ]);

        List<ChartSeries> elbo = [Series("train", history, e => e.Train.NegativeElbo)];
        List<ChartSeries> terms = [Series("reconstruction, train", history, e => e.Train.Reconstruction), Series("KL, train", history, e => e.Train.Kl)];
        if (history.Epochs.Any(e => e.Test is not null))
        {
            elbo.Add(Series("test", history, e => e.Test?.NegativeElbo ?? double.NaN));
            terms.Add(Series("reconstruction, test", history, e => e.Test?.Reconstruction ?? double.NaN));
            terms.Add(Series("KL, test", history, e => e.Test?.Kl ?? double.NaN));
        }
        page.Chart("−ELBO", "epoch", "nats per image", [.. elbo]);
        page.Chart("Its two terms", "epoch", "nats per image", [.. terms]);
        if (settings.InputShape.Length == 3)
        {
            page.Filmstrip("New pictures", "Decoded from the same random latent vectors after every epoch.", Frames(folder, VaeTask.Samples, history));
            page.Filmstrip("Reconstructions", history.Epochs.Any(e => e.Test is not null)
                ? "Pictures the network did not train on, each left of its reconstruction."
                : "Training pictures, each left of its reconstruction.", Frames(folder, VaeTask.Reconstructions, history));
        }
        return page;
    }

    private static ChartSeries Series(string name, VaeHistory history, Func<VaeEpoch, double> value) =>
        new(name, [.. history.Epochs.Select(e => ((double)e.Epoch, value(e)))]);

    private static IReadOnlyList<(string Label, string PngPath)> Frames(string folder, string kind, VaeHistory history) =>
    [
        .. history.Epochs
            .Select(e => ($"epoch {e.Epoch}", VaeTask.SnapshotPath(folder, kind, e.Epoch)))
            .Where(frame => File.Exists(frame.Item2)),
    ];

    private static string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}

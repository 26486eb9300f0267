using System.Globalization;
using MLNetGen.Vae;

namespace MLNetGen;

/// <summary>One finished epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">Averages over the epoch's steps, while the weights moved.</param>
/// <param name="Test">Over <see cref="TrainingOptions.ValidationSet"/> after the epoch; null where there is none.</param>
/// <param name="ImagesPerSecond">Training speed.</param>
public sealed record VaeEpoch(int Epoch, VaeMetrics Train, VaeMetrics? Test, double ImagesPerSecond) : ITimed
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch}: train {Terms(Train)}{(Test is null ? "" : $"; test {Terms(Test)}")}; {ImagesPerSecond:F0} images/s");

    private static string Terms(VaeMetrics m) => string.Create(
        CultureInfo.InvariantCulture,
        $"{m.NegativeElbo:F2} nats (reconstruction {m.Reconstruction:F2} + KL {m.Kl:F2})");
}

/// <summary>Where a running <see cref="VaeTrainer"/> stands, after one step.</summary>
/// <inheritdoc/>
public sealed record VaeProgress(int Epoch, int Epochs, int Batch, int Batches, VaeMetrics Train, double ImagesPerSecond, TimeSpan Remaining)
    : EpochProgress<VaeMetrics>(Epoch, Epochs, Batch, Batches, Train, ImagesPerSecond, Remaining);

/// <summary>How far the ONNX files are from the trained modules: largest absolute difference on random input, batches of 1 and 3.</summary>
/// <param name="Encoder">Over mean and log-variance.</param>
/// <param name="Decoder">Over pixels in [0, 1].</param>
public sealed record VaeParity(double Encoder, double Decoder);

/// <summary>What a run tells of itself.</summary>
internal static class VaeReport
{
    public static void Write(string folder, VaeHistory history, VaeMetrics? test, VaeParity parity, IReadOnlyList<string>? commandLine)
    {
        VaeSettings settings = history.Settings;
        HtmlReport page = RunPage.Of(history, "Variational autoencoder", $"{settings.Describe()}, {history.Epochs.Count} epochs");
        page.Figures(
        [
            .. test is null ? [] : ((string, string, string?)[])
            [
                ("−ELBO on test rows", RunPage.Text(test.NegativeElbo, "F2"), "nats per image; lower is better"),
                ("Reconstruction", RunPage.Text(test.Reconstruction, "F2"), "−log p(x|z), nats"),
                ("KL", RunPage.Text(test.Kl, "F2"), "KL(q(z|x) ‖ N(0, 1)), nats"),
            ],
            .. RunPage.Figures(history, "training images a second", Math.Max(parity.Encoder, parity.Decoder), "largest difference to the trained network"),
        ]);
        page.Curves(history.Epochs, "−ELBO", "nats per image", ("train", epoch => epoch.Train.NegativeElbo), ("test", epoch => epoch.Test?.NegativeElbo));
        page.Curves(history.Epochs, "Its two terms", "nats per image",
            ("reconstruction, train", epoch => epoch.Train.Reconstruction), ("KL, train", epoch => epoch.Train.Kl),
            ("reconstruction, test", epoch => epoch.Test?.Reconstruction), ("KL, test", epoch => epoch.Test?.Kl));
        if (settings.InputShape.Length == 3)
        {
            page.Snapshots(history.Epochs.Count, folder, VaeTask.Samples, "New pictures", "Decoded from the same random latent vectors after every epoch.");
            page.Snapshots(history.Epochs.Count, folder, VaeTask.Reconstructions, "Reconstructions", history.Epochs.Any(epoch => epoch.Test is not null)
                ? "Pictures the network did not train on, each left of its reconstruction."
                : "Training pictures, each left of its reconstruction.");
        }

        RunFiles.Write(folder, RunRecord.Of("vae", history, [("epochs", history.Epochs)], test, parity, commandLine), page);
    }
}

using MLNetGen.Latent;
using MLNetGen.Onnx;

namespace MLNetGen.Vae;

/// <summary>What a run tells of itself.</summary>
internal static class VaeReport
{
    public static void Write(string folder, VaeHistory history, OnnxFiles files, VaeParity parity, VaeMetrics? test, IReadOnlyList<string>? commandLine)
    {
        VaeSettings settings = history.Settings;
        bool isAutoencoder = settings.Autoencoder == true;
        HtmlReport page = RunPage.Of(history, isAutoencoder ? "Autoencoder" : "Variational autoencoder", $"{settings.Describe()}, {RunPage.Epochs(history.Epochs.Count)}");
        page.Figures(
        [
            .. test is null ? [] : Figures(test, isAutoencoder),
            .. history.Epochs[^1].Deviation is { } deviation ? ((string, string, string?)[])[("Deviation", RunPage.Text(deviation, "F4"), "of a pixel's value given z, learnt")] : [],
            .. RunPage.Figures(history, "training images a second", Math.Max(parity.Encoder, parity.Decoder), "largest difference to the trained network"),
        ]);
        if (!isAutoencoder)
            page.Curves(history.Epochs, "−ELBO", "nats per image", ("train", epoch => epoch.Train.NegativeElbo), ("test", epoch => epoch.Test?.NegativeElbo));
        page.Curves(history.Epochs, "Reconstruction", "nats per image", ("train", epoch => epoch.Train.Reconstruction), ("test", epoch => epoch.Test?.Reconstruction));
        if (!isAutoencoder)
            page.Curves(history.Epochs, "KL", "nats per image", ("train", epoch => epoch.Train.Kl), ("test", epoch => epoch.Test?.Kl));
        page.Curves(history.Epochs, "Learnt deviation", "of a pixel's value, 0 to 1", ("deviation", epoch => epoch.Deviation));
        if (settings.InputShape.Length == 3)
        {
            int epochs = history.Epochs.Count;
            string whose = history.Epochs.Any(epoch => epoch.Test is not null) ? "Pictures the network did not train on" : "Training pictures";
            page.Snapshots(epochs, folder, VaeTask.Samples, "New pictures", $"Decoded from the same random latent vectors after every epoch.{(settings.Classes is null ? "" : " Classes by turns.")}");
            page.Snapshots(epochs, folder, VaeTask.Reconstructions, "Reconstructions", $"{whose}, each left of its reconstruction.");
            if (settings.Classes is { } classes)
                page.Snapshots(epochs, folder, VaeTask.Styles, "Style and class", $"{whose}, at the left, and beside each what its code draws of every class: {string.Join(", ", classes.Take(VaeTask.ShownClasses))}.");
        }
        page.LatentPictures(folder, settings.Classes is not null);
        Draw(page, settings, OnnxSummary.Read(files[VaePipeline.EncoderFile]), OnnxSummary.Read(files[VaePipeline.DecoderFile]));
        RunFiles.Write(folder, RunRecord.Of("vae", history, [("epochs", history.Epochs)], test, parity, commandLine), page);
    }

    /// <summary>Of test rows.</summary>
    public static IEnumerable<(string Name, string Value, string? Note)> Figures(VaeMetrics test, bool isAutoencoder) =>
    [
        .. isAutoencoder ? [] : ((string, string, string?)[])[("−ELBO on test rows", RunPage.Text(test.NegativeElbo, "F2"), "nats per image; lower is better")],
        .. test.NegativeIwae is { } iwae ? ((string, string, string?)[])[("By importance samples", RunPage.Text(iwae, "F2"), "a tighter bound on −log p(x), nats per image")] : [],
        ("Reconstruction", RunPage.Text(test.Reconstruction, "F2"), "−log p(x|z), nats"),
        .. isAutoencoder ? [] : ((string, string, string?)[])[("KL", RunPage.Text(test.Kl, "F2"), "KL(q(z|x) ‖ N(0, 1)), nats")],
    ];

    private static void Draw(HtmlReport page, VaeSettings settings, OnnxSummary encoder, OnnxSummary decoder)
    {
        string what = settings.InputShape.Length == 3 ? "picture" : "vector", told = settings.Classes is null ? "" : " It is told the class too.";
        string shape = string.Join('×', settings.InputShape), latent = $"{settings.LatentDimension}";
        page.Network("Encoder", encoder, what, settings.InputShape, RunPage.HowToRead + told,
            settings.Autoencoder == true ? null : NetworkStage.SideBySide(NetworkStage.Of(encoder), "mean,", "log-variance"));
        page.Network("Decoder", decoder, "latent vector z", [settings.LatentDimension], $"In the files its sigmoid gives values from 0 to 1; in training it is part of the loss.{told}");
        page.BothTogether(
            settings.Autoencoder == true ? "The code of a picture is what the encoder gives, and the reconstruction what the decoder makes of it."
                : "In training z = mean + exp(log-variance / 2) · noise; in the files, and for the reconstruction, it is the mean. New pictures are decoded of z that is noise alone.",
            [(what, shape), ("Encoder", RunPage.Parameters(encoder)), ("z", $"{latent} numbers"), ("Decoder", RunPage.Parameters(decoder)), ("reconstruction", shape)],
            [shape, settings.Autoencoder == true ? latent : $"mean, log-variance", latent, shape]);
    }
}

using System.Globalization;
using MLNetGen.SuperResolution;

namespace MLNetGen;

/// <summary>One finished epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">Averages over the epoch's steps, while the weights moved.</param>
/// <param name="Test">Of at most 48 patches of <see cref="TrainingOptions.ValidationSet"/> after the epoch; null where there is none.</param>
/// <param name="ImagesPerSecond">Training speed, in patches.</param>
public sealed record SuperResolutionEpoch(int Epoch, SuperResolutionTerms Train, SuperResolutionQuality? Test, double ImagesPerSecond) : ITimed
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch}: train {Train}{(Test is null ? "" : $"; test {Test}")}; {ImagesPerSecond:F0} images/s");
}

/// <summary>What training steps said, averaged over them.</summary>
/// <param name="Loss">What is made small: see <see cref="SuperResolutionLoss"/>.</param>
/// <param name="PeakSignalToNoise">Of the mean squared error over red, green and blue, in decibels.</param>
public sealed record SuperResolutionTerms(double Loss, double PeakSignalToNoise)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"loss {Loss:G4}, PSNR {PeakSignalToNoise:F2} dB");
}

/// <summary>Where a running <see cref="SuperResolutionTrainer"/> stands, after one step.</summary>
/// <inheritdoc/>
public sealed record SuperResolutionProgress(int Epoch, int Epochs, int Batch, int Batches, SuperResolutionTerms Train, double ImagesPerSecond, TimeSpan Remaining)
    : EpochProgress<SuperResolutionTerms>(Epoch, Epochs, Batch, Batches, Train, ImagesPerSecond, Remaining);

/// <summary>What a run tells of itself.</summary>
internal static class SuperResolutionReport
{
    public static void Write(string folder, SuperResolutionHistory history, double parity, SuperResolutionMetrics? test, IReadOnlyList<string>? commandLine)
    {
        SuperResolutionSettings settings = history.Settings;
        IReadOnlyList<SuperResolutionEpoch> epochs = history.Epochs;
        HtmlReport page = RunPage.Of(history, "Super-resolution", $"{settings.Describe()}, {RunPage.Epochs(epochs.Count)}");
        page.Figures(
        [
            .. test is null ? [] : UpscalingFigures.Cards(test),
            .. RunPage.Figures(history, $"training patches of {settings.PatchSize}×{settings.PatchSize} a second", parity, "largest difference to the trained network, of 255 levels"),
        ]);
        bool isTested = epochs.Any(epoch => epoch.Test is not null);
        page.Snapshots(epochs.Count, folder, SuperResolutionTask.Samples, "Enlarged pictures",
            $"{(isTested ? "Pictures the network did not train on" : "Training pictures")}: small, by bicubic interpolation, by the network, and as they were; with the luminance's PSNR and SSIM.");
        if (isTested)
        {
            page.Curves(epochs, "PSNR", "dB, luminance, held-out patches", ("network", epoch => epoch.Test?.PeakSignalToNoise), ("bicubic", epoch => epoch.Test?.BicubicPeakSignalToNoise));
            page.Curves(epochs, "SSIM", "luminance, held-out patches", ("network", epoch => epoch.Test?.StructuralSimilarity), ("bicubic", epoch => epoch.Test?.BicubicStructuralSimilarity));
        }

        page.Curves(epochs, "Loss", settings.Loss == SuperResolutionLoss.Pixel ? "mean squared error, pixels in [0, 1]" : $"mean squared error of {settings.LossLayer}", ("train", epoch => epoch.Train.Loss));
        page.Curves(epochs, "PSNR in training", "dB, red, green and blue", ("train", epoch => epoch.Train.PeakSignalToNoise));
        if (test is not null)
            UpscalingFigures.AddTable(page, test);
        RunFiles.Write(folder, RunRecord.Of("superResolution", history, [("epochs", epochs)], test is null ? null : UpscalingFigures.ToJson(test), new { Upscaler = parity }, commandLine), page);
    }
}

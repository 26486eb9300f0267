namespace MLNetGen.SuperResolution;

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
        page.Curves(epochs, "PSNR", "dB, luminance, held-out patches", ("network", epoch => epoch.Test?.PeakSignalToNoise), ("bicubic", epoch => epoch.Test?.BicubicPeakSignalToNoise));
        page.Curves(epochs, "SSIM", "luminance, held-out patches", ("network", epoch => epoch.Test?.StructuralSimilarity), ("bicubic", epoch => epoch.Test?.BicubicStructuralSimilarity));
        page.Curves(epochs, "Loss", settings.Loss == SuperResolutionLoss.Pixel ? "mean squared error, pixels in [0, 1]" : $"mean squared error of {settings.LossLayer}", ("train", epoch => epoch.Train.Loss));
        page.Curves(epochs, "PSNR in training", "dB, red, green and blue", ("train", epoch => epoch.Train.PeakSignalToNoise));
        if (test is not null)
            UpscalingFigures.AddTable(page, test);
        RunFiles.Write(folder, RunRecord.Of("superResolution", history, [("epochs", epochs)], test is null ? null : UpscalingFigures.ToJson(test), new { Upscaler = parity }, commandLine), page);
    }
}

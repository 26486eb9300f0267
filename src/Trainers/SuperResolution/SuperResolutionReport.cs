using System.Globalization;

namespace MLNetGen.SuperResolution;

/// <summary>What a run tells of itself.</summary>
internal static class SuperResolutionReport
{
    public static void Write(string folder, SuperResolutionHistory history, double parity, SuperResolutionMetrics? test, IReadOnlyList<string>? commandLine)
    {
        object? figures = test is null ? null : new
        {
            Psnr = test.Network.PeakSignalToNoise,
            Ssim = test.Network.StructuralSimilarity,
            BicubicPsnr = test.Bicubic.PeakSignalToNoise,
            BicubicSsim = test.Bicubic.StructuralSimilarity,
            RgbPsnr = test.Network.RgbPeakSignalToNoise,
            RgbSsim = test.Network.RgbStructuralSimilarity,
            BicubicRgbPsnr = test.Bicubic.RgbPeakSignalToNoise,
            BicubicRgbSsim = test.Bicubic.RgbStructuralSimilarity,
            Pictures = test.Network.Count,
            test.LeftOut,
        };
        RunRecord run = RunRecord.Of("superResolution", history, [("epochs", history.Epochs)], figures, new { Upscaler = parity }, commandLine);
        RunFiles.Write(folder, run, Page(folder, history, parity, test));
    }

    private static HtmlReport Page(string folder, SuperResolutionHistory history, double parity, SuperResolutionMetrics? test)
    {
        SuperResolutionSettings settings = history.Settings;
        HtmlReport page = RunPage.Of(history, "Super-resolution", string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.Architecture} network, ×{settings.Factor}, {(settings.LossNetwork is { } teacher ? $"{settings.LossLayer} of {teacher}" : "pixel loss")}, {history.Epochs.Count} epochs"));
        page.Figures(
        [
            .. test is null ? [] : ((string, string, string?)[])
            [
                ("PSNR", Text(test.Network.PeakSignalToNoise, "F2") + " dB", $"bicubic {Text(test.Bicubic.PeakSignalToNoise, "F2")}; luminance, {test.Network.Count:N0} pictures{(test.LeftOut > 0 ? $" ({test.LeftOut:N0} too small)" : "")}; higher is better"),
                ("SSIM", Text(test.Network.StructuralSimilarity, "F3"), $"bicubic {Text(test.Bicubic.StructuralSimilarity, "F3")}; at most 1"),
            ],
            .. RunPage.Figures(history, $"training patches of {settings.PatchSize}×{settings.PatchSize} a second", parity, "largest difference to the trained network, of 255 levels"),
        ]);
        bool tested = history.Epochs.Any(e => e.Test is not null);
        page.Filmstrip("Enlarged pictures",
            $"{(tested ? "Pictures the network did not train on" : "Training pictures")}: small, by bicubic interpolation, by the network, and as they were; with the luminance's PSNR and SSIM.",
            [.. history.Epochs.Select(e => ($"epoch {e.Epoch}", SuperResolutionTask.SheetPath(folder, e.Epoch))).Where(frame => File.Exists(frame.Item2))]);
        if (tested)
        {
            page.Chart("PSNR", "epoch", "dB, luminance, held-out patches", Series("network", history, e => e.Test?.PeakSignalToNoise), Series("bicubic", history, e => e.Test?.BicubicPeakSignalToNoise));
            page.Chart("SSIM", "epoch", "luminance, held-out patches", Series("network", history, e => e.Test?.StructuralSimilarity), Series("bicubic", history, e => e.Test?.BicubicStructuralSimilarity));
        }
        page.Chart("Loss", "epoch", settings.Loss == SuperResolutionLoss.Pixel ? "mean squared error, pixels in [0, 1]" : $"mean squared error of {settings.LossLayer}", Series("train", history, e => e.Train.Loss));
        page.Chart("PSNR in training", "epoch", "dB, red, green and blue", Series("train", history, e => e.Train.PeakSignalToNoise));
        if (test is not null)
        {
            page.Table("Judged on held-out pictures", ["figure", "network", "bicubic"],
            [
                ["PSNR, luminance, dB", Text(test.Network.PeakSignalToNoise, "F2"), Text(test.Bicubic.PeakSignalToNoise, "F2")],
                ["SSIM, luminance", Text(test.Network.StructuralSimilarity, "F4"), Text(test.Bicubic.StructuralSimilarity, "F4")],
                ["PSNR, red, green and blue, dB", Text(test.Network.RgbPeakSignalToNoise, "F2"), Text(test.Bicubic.RgbPeakSignalToNoise, "F2")],
                ["SSIM, red, green and blue", Text(test.Network.RgbStructuralSimilarity, "F4"), Text(test.Bicubic.RgbStructuralSimilarity, "F4")],
            ]);
        }
        return page;
    }

    private static ChartSeries Series(string name, SuperResolutionHistory history, Func<SuperResolutionEpoch, double?> value) =>
        new(name, [.. history.Epochs.Select(e => ((double)e.Epoch, value(e) ?? double.NaN))]);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

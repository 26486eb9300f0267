using System.Globalization;
using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>Pictures made small, enlarged again by any function, and held against what they were; beside bicubic interpolation.</summary>
internal static class UpscalingEvaluation
{
    public static SuperResolutionMetrics Evaluate(IDataView rows, string column, int factor, int largestSide, Func<Picture, Picture> upscale, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(rows);
        OptionCheck.AtLeast(nameof(largestSide), largestSide, Patches.SmallestSize(factor));
        // Figures are kept, pictures are not.
        List<PictureQualityMetrics> made = [], interpolated = [];
        int smallest = Patches.SmallestSize(factor), leftOut = 0;
        foreach ((_, Picture picture) in Patches.Read(rows, column, cancel))
        {
            if (Math.Min(picture.Width, picture.Height) < smallest)
            {
                leftOut++;
                continue;
            }
            (Picture truth, Picture small, Picture between) = Prepare(picture, factor, largestSide);
            made.Add(PictureQualityMetrics.Of(upscale(small), truth));
            interpolated.Add(PictureQualityMetrics.Of(between, truth));
        }
        return made.Count > 0 ? new SuperResolutionMetrics(PictureQualityMetrics.Mean(made), PictureQualityMetrics.Mean(interpolated), leftOut)
            : throw new ArgumentException(leftOut == 0
                ? $"there are no rows to read column '{column}' from: give at least one."
                : $"all {leftOut} pictures of column '{column}' are smaller than {smallest}×{smallest}: to be judged at a factor of {factor}, they need that many pixels.");
    }

    /// <summary>A sheet of the middles of some pictures, a row each.</summary>
    /// <exception cref="ArgumentException">No picture is large enough.</exception>
    public static Picture Draw(IDataView rows, string column, int factor, int count, int side, Func<Picture, Picture> upscale)
    {
        ArgumentNullException.ThrowIfNull(rows);
        OptionCheck.AtLeast(nameof(count), count, 1);
        (Picture Truth, Picture Small, Picture Bicubic)[] shown =
        [
            .. Patches.Read(rows, column, CancellationToken.None).Where(row => Math.Min(row.Picture.Width, row.Picture.Height) >= Patches.SmallestSize(factor))
                .Take(count).Select(row => Prepare(row.Picture, factor, side)),
        ];
        return UpscalingSheet.Draw(shown.Select(one => (one.Small, one.Bicubic, upscale(one.Small), one.Truth)));
    }

    // The picture's centre, in whole steps of the factor.
    private static (Picture Truth, Picture Small, Picture Bicubic) Prepare(Picture picture, int factor, int largestSide)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        int width = Math.Min(picture.Width, largestSide) / factor * factor, height = Math.Min(picture.Height, largestSide) / factor * factor;
        Tensor truth = picture.ToPlanes(picture.Width / 2 - width / 2, picture.Height / 2 - height / 2, width, height);
        Tensor small = Downsampler.Downsample(truth, factor);
        return (truth.ToWholePictures()[0], small.ToWholePictures()[0], Downsampler.Bicubic(small, factor).ToWholePictures()[0]);
    }
}

/// <summary>Enlarged pictures beside what they are to be: small | bicubic | the network's | true, with their figures.</summary>
internal static class UpscalingSheet
{
    public static Picture Draw(IEnumerable<(Picture Small, Picture Bicubic, Picture Made, Picture Truth)> rows) => ContactSheet.Draw(
    [
        .. rows.SelectMany(row => ((Picture, string)[])
        [
            // Pixels as blocks: what the network had to go on.
            (Blocks(row.Small, row.Truth.Width / row.Small.Width), $"{row.Small.Width}x{row.Small.Height}"),
            (row.Bicubic, $"bicubic\n{LuminanceQuality.Of([row.Bicubic], [row.Truth])}"), (row.Made, $"{LuminanceQuality.Of([row.Made], [row.Truth])}"), (row.Truth, "true"),
        ]),
    ], columns: 4);

    private static Picture Blocks(Picture small, int factor)
    {
        (int width, int channels) = (small.Width * factor, small.Channels);
        byte[] pixels = new byte[small.Pixels.Length * factor * factor];
        for (int at = 0; at < pixels.Length; at++)
        {
            int pixel = at / channels, x = pixel % width / factor, y = pixel / width / factor;
            pixels[at] = small.Pixels[(y * small.Width + x) * channels + at % channels];
        }
        return new(width, small.Height * factor, channels, pixels);
    }
}

/// <summary>How near pictures are to the true ones by their luminance alone: means over the pictures.</summary>
internal readonly record struct LuminanceQuality(double Psnr, double Ssim)
{
    public static LuminanceQuality Of(IReadOnlyList<Picture> pictures, IReadOnlyList<Picture> truth) => new(
        pictures.Zip(truth, (picture, sharp) => Math.Min(PictureQualityMetrics.HighestPeakSignalToNoise, PictureQuality.PeakSignalToNoise(picture, sharp))).Average(),
        pictures.Zip(truth, (picture, sharp) => PictureQuality.StructuralSimilarity(picture, sharp)).Average());

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Psnr:F1} dB {Ssim:F2}");
}

/// <summary>How the metrics are told in reports and in metrics.json.</summary>
internal static class UpscalingFigures
{
    private static readonly (string Name, string Key, string Format, Func<PictureQualityMetrics, double> Value)[] Figures =
    [
        ("PSNR, luminance, dB", "psnr", "F2", metrics => metrics.PeakSignalToNoise),
        ("SSIM, luminance", "ssim", "F4", metrics => metrics.StructuralSimilarity),
        ("PSNR, red, green and blue, dB", "rgbPsnr", "F2", metrics => metrics.RgbPeakSignalToNoise),
        ("SSIM, red, green and blue", "rgbSsim", "F4", metrics => metrics.RgbStructuralSimilarity),
    ];

    /// <summary>Those to read first.</summary>
    public static IEnumerable<(string Name, string Value, string? Note)> Cards(SuperResolutionMetrics metrics) =>
    [
        ("PSNR", $"{RunPage.Text(metrics.Network.PeakSignalToNoise, "F2")} dB", $"bicubic {RunPage.Text(metrics.Bicubic.PeakSignalToNoise, "F2")}; luminance, {metrics.Network.Count:N0} pictures{(metrics.LeftOut > 0 ? $" ({metrics.LeftOut:N0} too small)" : "")}; higher is better"),
        ("SSIM", RunPage.Text(metrics.Network.StructuralSimilarity, "F3"), $"bicubic {RunPage.Text(metrics.Bicubic.StructuralSimilarity, "F3")}; at most 1"),
    ];

    /// <summary>All of them, the network's and bicubic interpolation's.</summary>
    public static void AddTable(HtmlReport page, SuperResolutionMetrics metrics) => page.Table("Judged on held-out pictures", ["figure", "network", "bicubic"],
        [.. Figures.Select(figure => (string[])[figure.Name, RunPage.Text(figure.Value(metrics.Network), figure.Format), RunPage.Text(figure.Value(metrics.Bicubic), figure.Format)])]);

    public static IReadOnlyDictionary<string, double> ToJson(SuperResolutionMetrics metrics) => new Dictionary<string, double>(
    [
        .. Figures.Select(figure => KeyValuePair.Create(figure.Key, figure.Value(metrics.Network))),
        .. Figures.Select(figure => KeyValuePair.Create($"bicubic{char.ToUpperInvariant(figure.Key[0])}{figure.Key[1..]}", figure.Value(metrics.Bicubic))),
        new("pictures", metrics.Network.Count),
        new("leftOut", metrics.LeftOut),
    ]);
}

using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.SuperResolution;

/// <summary>How a network that enlarges pictures is trained: sharp patches, turned and mirrored, are shrunk, enlarged by the network and compared.</summary>
/// <remarks>Rows are float32 [N, 3, S, S], 0 to 255.</remarks>
internal sealed class SuperResolutionTask(SuperResolutionNetwork network, SuperResolutionObjective objective, SuperResolutionSettings settings) : TrainingTask(network)
{
    /// <summary>How many held-out patches are judged, the first ones, and how many at a time.</summary>
    public const int ValidationRows = 48, ValidationBatch = 8;

    private const int Columns = 4;

    // By the first row of a batch: bicubic interpolation does not learn.
    private readonly Dictionary<long, (double Psnr, double Ssim)> bicubic = [];

    private int epoch;
    private Random draws = new(0);

    internal override int SnapshotRows => 6;

    public static SuperResolutionTerms ToTerms(IReadOnlyDictionary<string, double> figures) =>
        new(figures["loss"], -10 * Math.Log10(Math.Max(figures["meanSquaredError"], 1e-10)));

    public static SuperResolutionQuality ToQuality(IReadOnlyDictionary<string, double> figures) =>
        new(figures["psnr"], figures["ssim"], figures["bicubicPsnr"], figures["bicubicSsim"]);

    public static string SheetPath(string workspace, int epoch) => Path.Combine(workspace, "samples", $"epoch-{epoch:D3}.png");

    public override IReadOnlyDictionary<string, double> Step(TrainingBatch batch)
    {
        (Tensor made, Tensor truth) = Enlarged(batch);
        double loss = Minimize(objective.Of(made, truth))["loss"];
        double error = settings.Loss == SuperResolutionLoss.Pixel ? loss : SuperResolutionObjective.PixelError(made.detach(), truth).ToDouble();
        return new Dictionary<string, double> { ["loss"] = loss, ["meanSquaredError"] = error };
    }

    public override Tensor Loss(TrainingBatch batch)
    {
        (Tensor made, Tensor truth) = Enlarged(batch);
        return objective.Of(made, truth);
    }

    /// <summary>How near the network and bicubic interpolation come to the patches; NaN where the network's pictures are.</summary>
    public override IReadOnlyDictionary<string, double> Validate(TrainingBatch batch)
    {
        Tensor small = Downsampler.Downsample(batch.Input, settings.Factor), made = network.call(small);
        IReadOnlyList<Picture> truth = batch.Input.ToWholePictures();
        (double psnr, double ssim) = made.isfinite().all().ToBoolean() ? Compare(made.ToWholePictures(), truth) : (double.NaN, double.NaN);
        if (!bicubic.TryGetValue(batch.FirstRow, out (double Psnr, double Ssim) interpolated))
            bicubic[batch.FirstRow] = interpolated = Compare(Downsampler.Bicubic(small, settings.Factor).ToWholePictures(), truth);
        return new Dictionary<string, double> { ["psnr"] = psnr, ["ssim"] = ssim, ["bicubicPsnr"] = interpolated.Psnr, ["bicubicSsim"] = interpolated.Ssim };
    }

    /// <summary>A sheet: a row a picture, small | bicubic | the network's | true, with their figures.</summary>
    internal override void TakeSnapshots(string workspace, TrainingBatch rows)
    {
        Tensor small = Downsampler.Downsample(rows.Input, settings.Factor);
        IReadOnlyList<Picture> given = small.ToWholePictures(), bicubic = Downsampler.Bicubic(small, settings.Factor).ToWholePictures(),
            made = network.call(small).ToWholePictures(), truth = rows.Input.ToWholePictures();
        List<(Picture Picture, string Caption)> cells = [];
        for (int i = 0; i < truth.Count; i++)
        {
            cells.Add((Repeated(given[i], settings.Factor), $"{given[i].Width}x{given[i].Height}"));
            cells.Add((bicubic[i], $"bicubic {Caption(bicubic[i], truth[i])}"));
            cells.Add((made[i], Caption(made[i], truth[i])));
            cells.Add((truth[i], "true"));
        }

        ContactSheet.Save(SheetPath(workspace, rows.Epoch), cells, Columns);
    }

    protected override IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() =>
        new Dictionary<string, OptimizerHelper> { ["optimizer"] = optim.Adam(network.parameters(), settings.LearningRate) };

    private (Tensor Made, Tensor Truth) Enlarged(TrainingBatch batch)
    {
        if (batch.Epoch != epoch)
            (epoch, draws) = (batch.Epoch, new Random(batch.EpochSeed));
        Tensor truth = Symmetry.Of(batch.Input, draws.Next(Symmetry.Count));
        return (network.call(Downsampler.Downsample(truth, settings.Factor)), truth);
    }

    private static (double Psnr, double Ssim) Compare(IReadOnlyList<Picture> made, IReadOnlyList<Picture> truth) => (
        made.Zip(truth, (picture, sharp) => Math.Min(PictureQualityMetrics.HighestPeakSignalToNoise, PictureQuality.PeakSignalToNoise(picture, sharp))).Average(),
        made.Zip(truth, (picture, sharp) => PictureQuality.StructuralSimilarity(picture, sharp)).Average());

    private static string Caption(Picture picture, Picture truth) => string.Create(
        CultureInfo.InvariantCulture,
        $"{PictureQuality.PeakSignalToNoise(picture, truth):F1} dB {PictureQuality.StructuralSimilarity(picture, truth):F2}");

    // Pixels as blocks: what the network had to go on.
    private static Picture Repeated(Picture picture, int times)
    {
        Picture large = new(picture.Width * times, picture.Height * times, picture.Channels, new byte[picture.Pixels.Length * times * times]);
        PictureGrid.Fit(picture, large, 0, 0, large.Width, large.Height);
        return large;
    }
}

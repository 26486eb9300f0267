using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.SuperResolution;

/// <summary>How a network that enlarges pictures is trained: sharp patches, turned and mirrored, are shrunk, enlarged by the network and compared.</summary>
/// <remarks>Rows are float32 [N, 3, S, S], 0 to 255.</remarks>
internal sealed class SuperResolutionTask(SuperResolutionNetwork network, SuperResolutionObjective objective, SuperResolutionSettings settings) : TrainingTask(network)
{
    public const string Samples = "samples";

    // By the first row of a batch: bicubic interpolation does not learn.
    private readonly Dictionary<long, LuminanceQuality> bicubic = [];

    private int epoch;
    private Random draws = new(0);

    // How many held-out patches are judged, and how many at a time.
    internal override long ValidationRows => 48;

    internal override int ValidationBatch => 8;

    internal override int SnapshotRows => 6;

    internal override bool MayLieChannelsLast => true;

    internal override (string What, string Remedy) Divergence => ("the loss", $"lower LearningRate (now {settings.LearningRate})");

    public static SuperResolutionTerms ToTerms(IReadOnlyDictionary<string, double> figures) =>
        new(figures["loss"], -10 * Math.Log10(Math.Max(figures["meanSquaredError"], 1e-10)));

    public static SuperResolutionQuality ToQuality(IReadOnlyDictionary<string, double> figures) =>
        new(figures["psnr"], figures["ssim"], figures["bicubicPsnr"], figures["bicubicSsim"]);

    public override IReadOnlyDictionary<string, double> Step(TrainingBatch batch)
    {
        (Tensor made, Tensor truth) = Enlarged(batch);
        Tensor loss = objective.Of(made, truth, Precision);
        Minimize(loss);
        Tensor error = settings.Loss == SuperResolutionLoss.Pixel ? loss : SuperResolutionObjective.PixelError(made.detach(), truth);
        return new DeviceFigures(["loss", "meanSquaredError"], [loss.detach(), error.detach()]);
    }

    public override Tensor Loss(TrainingBatch batch)
    {
        (Tensor made, Tensor truth) = Enlarged(batch);
        return objective.Of(made, truth, Precision);
    }

    /// <summary>How near the network and bicubic interpolation come to the patches; NaN where the network's pictures are.</summary>
    public override IReadOnlyDictionary<string, double> Validate(TrainingBatch batch)
    {
        Tensor small = Downsampler.Downsample(batch.Input, settings.Factor), made = network.call(small);
        IReadOnlyList<Picture> truth = batch.Input.ToWholePictures();
        (double psnr, double ssim) = made.isfinite().all().ToBoolean() ? LuminanceQuality.Of(made.ToWholePictures(), truth) : new(double.NaN, double.NaN);
        if (!bicubic.TryGetValue(batch.FirstRow, out LuminanceQuality interpolated))
            bicubic[batch.FirstRow] = interpolated = LuminanceQuality.Of(Downsampler.Bicubic(small, settings.Factor).ToWholePictures(), truth);
        return new Dictionary<string, double> { ["psnr"] = psnr, ["ssim"] = ssim, ["bicubicPsnr"] = interpolated.Psnr, ["bicubicSsim"] = interpolated.Ssim };
    }

    /// <summary>A sheet: a row a picture, small | bicubic | the network's | true, with their figures.</summary>
    internal override void TakeSnapshots(string workspace, TrainingBatch rows)
    {
        Tensor small = Downsampler.Downsample(rows.Input, settings.Factor);
        IReadOnlyList<Picture> given = small.ToWholePictures(),
            bicubic = Downsampler.Bicubic(small, settings.Factor).ToWholePictures(), made = network.call(small).ToWholePictures(), truth = rows.Input.ToWholePictures();
        UpscalingSheet.Draw(truth.Select((sharp, i) => (given[i], bicubic[i], made[i], sharp))).Save(SnapshotPath(workspace, rows.Epoch, Samples));
    }

    protected override IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() =>
        new Dictionary<string, OptimizerHelper> { ["optimizer"] = new FusedOptimizers.Adam(network.parameters(), settings.LearningRate) };

    private (Tensor Made, Tensor Truth) Enlarged(TrainingBatch batch)
    {
        if (batch.Epoch != epoch)
            (epoch, draws) = (batch.Epoch, new Random(batch.EpochSeed));
        Tensor truth = Symmetry.Of(batch.Input, draws.Next(Symmetry.Count));
        return (Forward(network, Downsampler.Downsample(truth, settings.Factor)), truth);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) objective.Dispose();
        base.Dispose(disposing);
    }
}

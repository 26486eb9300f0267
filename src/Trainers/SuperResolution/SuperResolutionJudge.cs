using static TorchSharp.torch;

namespace MLNetGen.SuperResolution;

/// <summary>The same few patches after every epoch, small, by bicubic interpolation, and true.</summary>
internal sealed class SuperResolutionJudge : IDisposable
{
    private const int Most = 48, Batch = 8;

    private readonly Tensor small;
    private readonly SuperResolutionQuality bicubic;

    /// <param name="rows">Patches, 0 to 255.</param>
    /// <param name="factor">How much smaller the network gets them.</param>
    public SuperResolutionJudge(BatchFeed rows, int factor)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor truth = rows.Slice(0, Most);
        small = Shrinking.Of(truth, factor).DetachFromDisposeScope();
        Truth = truth.ToWholePictures();
        Bicubic = Shrinking.Bicubic(small, factor).ToWholePictures();
        Small = small.ToWholePictures();
        (double psnr, double ssim) = Compare(Bicubic);
        bicubic = new SuperResolutionQuality(psnr, ssim, psnr, ssim);
    }

    public IReadOnlyList<Picture> Small { get; }

    public IReadOnlyList<Picture> Bicubic { get; }

    public IReadOnlyList<Picture> Truth { get; }

    /// <summary>What the network makes of them, and how near that is; NaN where the network's weights are.</summary>
    public (IReadOnlyList<Picture> Made, SuperResolutionQuality Quality) Of(SuperResolutionNetwork network)
    {
        using var noGradient = no_grad();
        List<Picture> made = [];
        bool finite = true;
        for (long start = 0; start < small.shape[0]; start += Batch)
        {
            using var scope = NewDisposeScope();
            Tensor large = network.call(small.narrow(0, start, Math.Min(Batch, small.shape[0] - start)));
            finite = finite && large.isfinite().all().item<bool>();
            made.AddRange(large.ToWholePictures());
        }
        (double psnr, double ssim) = finite ? Compare(made) : (double.NaN, double.NaN);
        return (made, bicubic with { PeakSignalToNoise = psnr, StructuralSimilarity = ssim });
    }

    public void Dispose() => small.Dispose();

    private (double Psnr, double Ssim) Compare(IReadOnlyList<Picture> made) => (
        made.Zip(Truth, (picture, truth) => Math.Min(PictureQualityMetrics.HighestPeakSignalToNoise, PictureQuality.PeakSignalToNoise(picture, truth))).Average(),
        made.Zip(Truth, (picture, truth) => PictureQuality.StructuralSimilarity(picture, truth)).Average());
}

using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen.SuperResolution;

/// <summary>Pictures made small as in training, enlarged again, and held against what they were.</summary>
internal static class SuperResolutionEvaluator
{
    public static SuperResolutionMetrics Evaluate(IDataView rows, string column, int factor, int largestSide, Func<Picture, Picture> upscale, CancellationToken cancel)
    {
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

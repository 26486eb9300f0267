using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen.SuperResolution;

/// <summary>Whole pictures made small as in training, enlarged again, and held against what they were.</summary>
internal static class SuperResolutionEvaluator
{
    public static SuperResolutionMetrics Evaluate(IDataView rows, string column, int factor, Func<Picture, Picture> upscale)
    {
        // Figures are kept, pictures are not.
        List<PictureQualityMetrics> made = [], interpolated = [];
        foreach ((int row, Picture picture) in Patches.Read(rows, column, CancellationToken.None))
        {
            (Picture truth, Picture small, Picture between) = Prepare(picture, factor, row);
            made.Add(PictureQualityMetrics.Of([(upscale(small), truth)]));
            interpolated.Add(PictureQualityMetrics.Of([(between, truth)]));
        }
        return made.Count == 0
            ? throw new ArgumentException($"there are no rows to read column '{column}' from: give at least one.")
            : new SuperResolutionMetrics(Mean(made), Mean(interpolated));
    }

    private static (Picture Truth, Picture Small, Picture Bicubic) Prepare(Picture picture, int factor, int row)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        int width = picture.Width / factor * factor, height = picture.Height / factor * factor;
        if (Math.Min(width, height) < Math.Max(PictureQuality.SmallestSide, 2 * factor))
            throw new ArgumentException($"the picture of row {row} is {picture.Width}×{picture.Height}: to be judged at a factor of {factor}, it needs {Patches.SmallestSize(factor)}×{Patches.SmallestSize(factor)} pixels.");
        Tensor truth = picture.ToPlanes().narrow(2, 0, height).narrow(3, 0, width).contiguous();
        Tensor small = Shrinking.Of(truth, factor);
        return (truth.ToWholePictures()[0], small.ToWholePictures()[0], Shrinking.Bicubic(small, factor).ToWholePictures()[0]);
    }

    private static PictureQualityMetrics Mean(List<PictureQualityMetrics> each) => new()
    {
        PeakSignalToNoise = each.Average(one => one.PeakSignalToNoise),
        StructuralSimilarity = each.Average(one => one.StructuralSimilarity),
        RgbPeakSignalToNoise = each.Average(one => one.RgbPeakSignalToNoise),
        RgbStructuralSimilarity = each.Average(one => one.RgbStructuralSimilarity),
        Count = each.Count,
    };
}

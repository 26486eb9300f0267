using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>Changes each picture of a batch by its own draws from torch's generator. Zhao et al. 2020, section 3.2.</summary>
internal static class Augmentation
{
    private const double LargestShift = 1.0 / 8, CutSize = 1.0 / 2;

    /// <param name="pictures">[N, channels, H, W] in [−1, 1].</param>
    /// <param name="what">The changes; none gives the pictures themselves.</param>
    public static Tensor Apply(Tensor pictures, DiffAugment what)
    {
        if (what.HasFlag(DiffAugment.Color))
        {
            pictures = ColorChange.Brighten(pictures, Uniform(pictures, -0.5, 0.5));
            pictures = ColorChange.Saturate(pictures, Uniform(pictures, 0, 2));
            pictures = ColorChange.Contrast(pictures, Uniform(pictures, 0.5, 1.5));
        }
        long height = pictures.shape[2], width = pictures.shape[3];
        if (what.HasFlag(DiffAugment.Translation))
        {
            long down = Rounded(height * LargestShift), right = Rounded(width * LargestShift);
            pictures = PlaceChange.Shift(pictures, Whole(pictures, -down, down), Whole(pictures, -right, right));
        }
        if (what.HasFlag(DiffAugment.Cutout))
        {
            // The square's centre is anywhere in the picture, so that its edge may be cut.
            long high = Rounded(height * CutSize), wide = Rounded(width * CutSize);
            pictures = PlaceChange.Cut(
                pictures, Whole(pictures, 0, height - (high % 2)) - (high / 2), high, Whole(pictures, 0, width - (wide % 2)) - (wide / 2), wide);
        }
        return pictures;
    }

    private static long Rounded(double value) => (long)(value + 0.5);

    // One number a picture.
    private static Tensor Uniform(Tensor pictures, double least, double most) =>
        rand([pictures.shape[0], 1, 1, 1], device: pictures.device) * (most - least) + least;

    private static Tensor Whole(Tensor pictures, long least, long most) => randint(least, most + 1, [pictures.shape[0]], int64, pictures.device);
}

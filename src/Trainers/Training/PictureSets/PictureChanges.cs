using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen;

/// <summary>Changes of picture tensors [N, channels, H, W], each picture's by draws of its own from torch's generator. They are differentiable.</summary>
internal static class Augmentation
{
    private const double LargestShift = 1.0 / 8, CutSize = 1.0 / 2;

    /// <summary>What a discriminator is shown: Zhao et al. 2020, section 3.2.</summary>
    /// <param name="pictures">In [−1, 1].</param>
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

    /// <summary>What a classifier learns from: each picture shifted by some pixels, mirrored at its border, and every other one turned left to right.</summary>
    /// <param name="pictures">Any values.</param>
    /// <param name="most">Pixels, each way; fewer than height and width.</param>
    /// <param name="flip">Whether some are turned.</param>
    public static Tensor ShiftAndFlip(Tensor pictures, int most, bool flip)
    {
        // Drawn whatever is switched on, so that one option does not change the draws of another; on the CPU, so that all devices draw alike.
        using Tensor places = randint(0, 2 * most + 1, [pictures.shape[0] * 2]), turns = rand(pictures.shape[0]);
        using Tensor shifts = (places.reshape(-1, 2) - most).to(pictures.device), isTurned = turns.less(0.5).to(pictures.device);
        if (most > 0)
            pictures = PlaceChange.Shift(pictures, shifts.select(1, 0), shifts.select(1, 1), mirrored: true);
        return flip ? where(isTurned.reshape(-1, 1, 1, 1), pictures.flip(3), pictures) : pictures;
    }

    private static long Rounded(double value) => (long)(value + 0.5);

    // One number a picture.
    private static Tensor Uniform(Tensor pictures, double least, double most) =>
        rand([pictures.shape[0], 1, 1, 1], device: pictures.device) * (most - least) + least;

    private static Tensor Whole(Tensor pictures, long least, long most) => randint(least, most + 1, [pictures.shape[0]], int64, pictures.device);
}

/// <summary>Changes of colour by one number a picture, [N, 1, 1, 1].</summary>
internal static class ColorChange
{
    public static Tensor Brighten(Tensor pictures, Tensor by) => pictures + by;

    /// <summary>Every pixel's distance from its own grey, times a factor.</summary>
    public static Tensor Saturate(Tensor pictures, Tensor factor) => AwayFrom(pictures.mean([1L], keepdim: true), pictures, factor);

    /// <summary>Every value's distance from the picture's mean, times a factor.</summary>
    public static Tensor Contrast(Tensor pictures, Tensor factor) => AwayFrom(pictures.mean([1L, 2L, 3L], keepdim: true), pictures, factor);

    private static Tensor AwayFrom(Tensor center, Tensor pictures, Tensor factor) => (pictures - center) * factor + center;
}

/// <summary>Changes of place by whole pixels, one number a picture: int64 [N].</summary>
internal static class PlaceChange
{
    /// <summary>
    /// The pixel at (y, x) comes from (y + down, x + right); where that is outside it is zero, or that of the picture mirrored at its edge (and the edge not repeated).
    /// </summary>
    public static Tensor Shift(Tensor pictures, Tensor down, Tensor right, bool mirrored = false)
    {
        (long count, long channels, long height, long width) = (pictures.shape[0], pictures.shape[1], pictures.shape[2], pictures.shape[3]);
        // A border of zeros, which everything outside is read from.
        Tensor padded = mirrored ? pictures : functional.pad(pictures, (1, 1, 1, 1));
        Tensor rows = Source(down, height, mirrored).view(count, 1, height, 1).expand(count, channels, height, padded.shape[3]);
        Tensor columns = Source(right, width, mirrored).view(count, 1, 1, width).expand(count, channels, height, width);
        return padded.gather(2, rows).gather(3, columns);
    }

    /// <summary>A rectangle of zeros, whose first row and column may be outside the picture.</summary>
    public static Tensor Cut(Tensor pictures, Tensor top, long high, Tensor left, long wide)
    {
        (long count, long height, long width) = (pictures.shape[0], pictures.shape[2], pictures.shape[3]);
        Tensor rows = Within(top, high, height).view(count, 1, height, 1), columns = Within(left, wide, width).view(count, 1, 1, width);
        return pictures * rows.logical_and(columns).logical_not().to_type(pictures.dtype);
    }

    private static Tensor Source(Tensor shift, long length, bool mirrored)
    {
        Tensor from = arange(length, int64, shift.device).unsqueeze(0) + shift.unsqueeze(1);
        return mirrored ? length - 1 - (from.abs() - (length - 1)).abs() : (from + 1).clamp(0, length + 1);
    }

    private static Tensor Within(Tensor first, long size, long length)
    {
        Tensor from = arange(length, int64, first.device).unsqueeze(0) - first.unsqueeze(1);
        return (from >= 0).logical_and(from < size);
    }
}

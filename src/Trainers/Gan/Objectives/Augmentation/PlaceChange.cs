using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>Changes of place by whole pixels, one number a picture: int64 [N].</summary>
internal static class PlaceChange
{
    /// <summary>The pixel at (y, x) comes from (y + down, x + right), or is zero where that is outside.</summary>
    public static Tensor Shift(Tensor pictures, Tensor down, Tensor right)
    {
        (long count, long channels, long height, long width) = (pictures.shape[0], pictures.shape[1], pictures.shape[2], pictures.shape[3]);
        // A border of zeros, which everything outside is read from.
        Tensor padded = functional.pad(pictures, (1, 1, 1, 1));
        Tensor rows = Source(down, height).view(count, 1, height, 1).expand(count, channels, height, width + 2);
        Tensor columns = Source(right, width).view(count, 1, 1, width).expand(count, channels, height, width);
        return padded.gather(2, rows).gather(3, columns);
    }

    /// <summary>A rectangle of zeros, whose first row and column may be outside the picture.</summary>
    public static Tensor Cut(Tensor pictures, Tensor top, long high, Tensor left, long wide)
    {
        (long count, long height, long width) = (pictures.shape[0], pictures.shape[2], pictures.shape[3]);
        Tensor rows = Within(top, high, height).view(count, 1, height, 1), columns = Within(left, wide, width).view(count, 1, 1, width);
        return pictures * rows.logical_and(columns).logical_not().to_type(pictures.dtype);
    }

    private static Tensor Source(Tensor shift, long length) =>
        (arange(length, int64, shift.device).unsqueeze(0) + shift.unsqueeze(1) + 1).clamp(0, length + 1);

    private static Tensor Within(Tensor first, long size, long length)
    {
        Tensor from = arange(length, int64, first.device).unsqueeze(0) - first.unsqueeze(1);
        return (from >= 0).logical_and(from < size);
    }
}

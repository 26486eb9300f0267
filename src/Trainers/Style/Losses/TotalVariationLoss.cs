using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>
/// Mean squared differences of neighbouring pixels, below each other and beside each other: Σdy²/ny + Σdx²/nx, the mean over the batch.
/// </summary>
internal static class TotalVariationLoss
{
    /// <param name="pixels">[N, C, H, W], at least 2 pixels a side.</param>
    public static Tensor Of(Tensor pixels) => Step(pixels, 2) + Step(pixels, 3);

    private static Tensor Step(Tensor pixels, int axis)
    {
        long last = pixels.shape[axis] - 1;
        return (pixels.narrow(axis, 1, last) - pixels.narrow(axis, 0, last)).square().mean();
    }
}

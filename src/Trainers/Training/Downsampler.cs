using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen;

/// <summary>
/// How sharp pictures become small ones: blurred by a Gaussian of σ 1 pixel and shrunk by bicubic interpolation (Johnson, Alahi and Fei-Fei 2016, section
/// 4.2), to whole levels 0 to 255 as files have them. And the way back that needs no training.
/// </summary>
internal static class Downsampler
{
    private const double Sigma = 1;

    private const int Radius = 4;

    /// <param name="pictures">float32 [N, 3, H, W], 0 to 255; height and width are multiples of <paramref name="factor"/>.</param>
    /// <param name="factor">At least 2.</param>
    /// <returns>float32 [N, 3, H / factor, W / factor], whole numbers 0 to 255.</returns>
    public static Tensor Downsample(Tensor pictures, int factor)
    {
        using var scope = NewDisposeScope();
        return Interpolated(pictures, factor).round().clamp(0, 255).MoveToOuterDisposeScope();
    }

    /// <summary>The same before rounding.</summary>
    public static Tensor Interpolated(Tensor pictures, int factor)
    {
        using var scope = NewDisposeScope();
        return functional.interpolate(Blurred(pictures), scale_factor: [1.0 / factor, 1.0 / factor], mode: InterpolationMode.Bicubic, align_corners: false).MoveToOuterDisposeScope();
    }

    /// <summary>Bicubic interpolation, to whole levels 0 to 255: what super-resolution has to beat.</summary>
    /// <param name="pictures">float32 [N, 3, H, W], 0 to 255.</param>
    /// <param name="factor">At least 2.</param>
    public static Tensor Bicubic(Tensor pictures, int factor)
    {
        using var scope = NewDisposeScope();
        return functional.interpolate(pictures, scale_factor: [factor, factor], mode: InterpolationMode.Bicubic, align_corners: false)
            .round().clamp(0, 255).MoveToOuterDisposeScope();
    }

    // Columns, then rows: a Gaussian is the product of two. Edges repeat outwards.
    private static Tensor Blurred(Tensor pictures)
    {
        float[] weights = [.. Enumerable.Range(-Radius, 2 * Radius + 1).Select(x => (float)Math.Exp(-x * x / (2 * Sigma * Sigma)))];
        int channels = (int)pictures.shape[1];
        Tensor line = tensor(weights, device: pictures.device) / weights.Sum();
        Tensor across = line.reshape(1, 1, 1, -1).repeat(channels, 1, 1, 1), down = line.reshape(1, 1, -1, 1).repeat(channels, 1, 1, 1);
        Tensor padded = functional.pad(pictures, [Radius, Radius, Radius, Radius], PaddingModes.Replicate);
        return functional.conv2d(functional.conv2d(padded, across, groups: channels), down, groups: channels);
    }
}

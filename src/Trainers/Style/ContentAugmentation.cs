using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace MLNetGen.Style;

/// <summary>
/// Other content than the pictures themselves have: half of a batch becomes collages of four of its pictures at half the size, and all get another contrast and
/// brightness. Small pictures, enlarged to train on, are blurred; their collages have the edges that photographs have.
/// </summary>
internal static class ContentAugmentation
{
    private const double CollageShare = 0.5, LeastContrast = 0.8, MostContrast = 1.5, Brightness = 20;

    /// <param name="pixels">[N, 3, H, W], 0 to 255, H and W even.</param>
    /// <param name="draws">What is drawn.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public static Tensor Of(Tensor pixels, Random draws)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        int pictures = (int)pixels.shape[0];
        Tensor small = avg_pool2d(pixels, 2);
        Tensor[] result = new Tensor[pictures];
        for (int picture = 0; picture < pictures; picture++)
        {
            // All is drawn whatever it is for, so that one picture's lot does not change another's.
            bool collage = draws.NextDouble() < CollageShare;
            int[] parts = [draws.Next(pictures), draws.Next(pictures), draws.Next(pictures), draws.Next(pictures)];
            double contrast = LeastContrast + draws.NextDouble() * (MostContrast - LeastContrast), brightness = (2 * draws.NextDouble() - 1) * Brightness;
            Tensor one = collage ? cat([cat([small[parts[0]], small[parts[1]]], 2), cat([small[parts[2]], small[parts[3]]], 2)], 1) : pixels[picture];
            Tensor mean = one.mean([1, 2], keepdim: true);
            result[picture] = ((one - mean) * contrast + mean + brightness).clamp(0, 255);
        }
        return stack(result, 0).MoveToOuterDisposeScope();
    }
}

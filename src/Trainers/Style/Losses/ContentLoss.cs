using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>The mean square of what a layer says of two pictures: Σd² / (C·H·W), the mean over the batch.</summary>
internal static class ContentLoss
{
    /// <param name="features">Of the stylised pictures, [N, C, H, W].</param>
    /// <param name="content">Of the photographs, of the same shape.</param>
    public static Tensor Of(Tensor features, Tensor content) => (features - content).square().mean();
}

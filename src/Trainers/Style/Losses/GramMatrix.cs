using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>How often two channels of a layer speak at the same place: the style of a picture, without its places.</summary>
internal static class GramMatrix
{
    /// <param name="features">[N, C, H, W].</param>
    /// <returns>F·Fᵀ / (C·H·W): [N, C, C].</returns>
    public static Tensor Of(Tensor features)
    {
        (long pictures, long channels, long places) = (features.shape[0], features.shape[1], features.shape[2] * features.shape[3]);
        Tensor flat = features.reshape(pictures, channels, places);
        return flat.bmm(flat.transpose(1, 2)) / (double)(channels * places);
    }
}

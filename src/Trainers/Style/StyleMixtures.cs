using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>Weights of several styles, [N, styles].</summary>
internal static class StyleMixtures
{
    /// <summary>One style a picture, drawn: what a network of several learns from.</summary>
    public static Tensor OneEach(int pictures, int styles, Random draws, Device device)
    {
        float[] weights = new float[pictures * styles];
        for (int picture = 0; picture < pictures; picture++)
            weights[picture * styles + draws.Next(styles)] = 1;
        return tensor(weights, [pictures, styles], device: device);
    }

    public static Tensor Only(int style, int styles, Device device)
    {
        float[] weights = new float[styles];
        weights[style] = 1;
        return tensor(weights, [1, styles], device: device);
    }
}

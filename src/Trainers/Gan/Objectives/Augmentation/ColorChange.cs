using static TorchSharp.torch;

namespace MLNetGen.Gan;

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

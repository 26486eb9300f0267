using static TorchSharp.torch;

namespace MLNetGen.SuperResolution;

/// <summary>The eight ways to turn and mirror a square: each is as good an example as the picture itself.</summary>
internal static class Symmetry
{
    public const int Count = 8;

    /// <param name="pictures">[N, C, S, S].</param>
    /// <param name="which">0 (as they are) to 7.</param>
    public static Tensor Of(Tensor pictures, int which)
    {
        using var scope = NewDisposeScope();
        Tensor turned = (which & 4) == 0 ? pictures.alias() : pictures.transpose(2, 3);
        long[] axes = [.. (which & 1) == 0 ? [] : (long[])[2], .. (which & 2) == 0 ? [] : (long[])[3]];
        return (axes.Length == 0 ? turned.contiguous() : turned.flip(axes)).MoveToOuterDisposeScope();
    }
}

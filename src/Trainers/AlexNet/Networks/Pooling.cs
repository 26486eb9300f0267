using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

/// <summary>Max pooling with stride 2: windows of 3×3 that overlap (the paper's section 3.4), or of 2×2 that do not.</summary>
internal static class Pooling
{
    public static Module<Tensor, Tensor> Create(bool overlapping, bool padded = false) =>
        overlapping ? MaxPool2d(3, stride: 2, padding: padded ? 1 : 0) : MaxPool2d(2, stride: 2);

    /// <summary>The side of what <see cref="Create"/> makes of a map.</summary>
    public static int Side(int side, bool overlapping, bool padded = false) =>
        overlapping ? (side + (padded ? 2 : 0) - 3) / 2 + 1 : side / 2;
}

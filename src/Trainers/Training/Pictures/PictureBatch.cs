using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>Pictures of one training step, on the device.</summary>
/// <param name="pixels">float32 [n, C, Size, Size] in 0…1, and a little outside of it with colour noise.</param>
/// <param name="classes">int64 [n].</param>
internal sealed class PictureBatch(Tensor pixels, Tensor classes) : IDisposable
{
    public Tensor Pixels { get; } = pixels;

    public Tensor Classes { get; } = classes;

    public void Dispose()
    {
        Pixels.Dispose();
        Classes.Dispose();
    }
}

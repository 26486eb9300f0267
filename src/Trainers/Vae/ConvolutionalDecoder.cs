using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>Convolutional VAE decoder: latent vector to the logits of the pixels.</summary>
/// <remarks>
/// In: float32 [N, latentDimension], standard normal a priori. Out: float32 [N, channels, H, W], logits.
/// 28×28: latent, 256, 64 × 7×7, 32 × 14×14, channels × 28×28: the mirror image of <see cref="ConvolutionalEncoder"/>.
/// </remarks>
internal sealed class ConvolutionalDecoder : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public ConvolutionalDecoder(int latentDimension, long[] shape)
        : base(nameof(ConvolutionalDecoder))
    {
        ConvolutionalStages stages = new(shape);
        int[] widths = [stages.Channels, .. stages.Widths];
        layers = Sequential(
            Linear(latentDimension, ConvolutionalEncoder.Dense), SiLU(),
            Linear(ConvolutionalEncoder.Dense, stages.Features), SiLU(),
            Unflatten(1, [widths[^1], stages.GridHeight, stages.GridWidth]));
        for (int stage = widths.Length - 1; stage > 0; stage--)
        {
            layers.append(Double(widths[stage], widths[stage - 1]));
            if (stage > 1)
                layers.append(SiLU());
        }
        RegisterComponents();
    }

    public override Tensor forward(Tensor latent) => layers.call(latent);

    private static ConvTranspose2d Double(int from, int to) => ConvTranspose2d(from, to, 4, stride: 2, padding: 1);
}

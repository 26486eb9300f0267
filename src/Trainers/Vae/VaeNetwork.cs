using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>Encoder and decoder, joined by the reparameterisation trick while training.</summary>
/// <remarks>
/// In: float32 [N, …shape] in [0, 1], and noise float32 [N, latentDimension], standard normal.
/// Out: logits [N, …shape], mean and log-variance [N, latentDimension]. z = mean + exp(logVar / 2) · noise.
/// Source: Kingma and Welling 2013, section 2.4; arXiv:1312.6114.
/// </remarks>
internal sealed class VaeNetwork : Module<Tensor, Tensor, (Tensor Logits, Tensor Mean, Tensor LogVar)>
{
    public VaeNetwork(VaeArchitecture architecture, long[] shape, int latentDimension)
        : base(nameof(VaeNetwork))
    {
        LatentDimension = latentDimension;
        if (architecture == VaeArchitecture.Mlp)
        {
            encoder = new MlpEncoder(shape, latentDimension);
            decoder = new MlpDecoder(latentDimension, shape);
        }
        else
        {
            encoder = new ConvolutionalEncoder(shape, latentDimension);
            decoder = new ConvolutionalDecoder(latentDimension, shape);
        }
        RegisterComponents();
    }

    private readonly Module<Tensor, (Tensor Mean, Tensor LogVar)> encoder;
    private readonly Module<Tensor, Tensor> decoder;

    public int LatentDimension { get; }

    public Module<Tensor, (Tensor Mean, Tensor LogVar)> Encoder => encoder;

    public Module<Tensor, Tensor> Decoder => decoder;

    public override (Tensor Logits, Tensor Mean, Tensor LogVar) forward(Tensor pixels, Tensor noise)
    {
        (Tensor mean, Tensor logVar) = encoder.call(pixels);
        Tensor latent = mean + (logVar * 0.5).exp() * noise;
        return (decoder.call(latent), mean, logVar);
    }
}

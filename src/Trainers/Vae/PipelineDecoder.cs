using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>
/// The decoder inside a saved pipeline: latent vector to pixels in [0, 1], their logits, which the likelihood is taken
/// from, and for pictures the planes that ConvertToImage wants.
/// </summary>
internal sealed class PipelineDecoder : Module<Tensor, Tensor[]>
{
    private readonly Module<Tensor, Tensor> decoder;
    private readonly Sigmoid sigmoid = Sigmoid();
    private readonly PicturePlanes? planes;

    public PipelineDecoder(Module<Tensor, Tensor> decoder, bool pictures)
        : base(nameof(PipelineDecoder))
    {
        this.decoder = decoder;
        planes = pictures ? new PicturePlanes() : null;
        RegisterComponents();
    }

    public override Tensor[] forward(Tensor latent)
    {
        Tensor logits = decoder.call(latent);
        Tensor pixels = sigmoid.call(logits);
        return planes is null ? [pixels, logits] : [pixels, logits, planes.call(pixels)];
    }
}

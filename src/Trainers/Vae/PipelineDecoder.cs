using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>The decoder inside a saved pipeline of pictures: latent vector to pixels in [0, 1], and to planes for ConvertToImage.</summary>
internal sealed class PipelineDecoder : Module<Tensor, (Tensor Pixels, Tensor Planes)>
{
    private readonly DecoderToPixels decoder;
    private readonly PicturePlanes planes = new();

    public PipelineDecoder(DecoderToPixels decoder)
        : base(nameof(PipelineDecoder))
    {
        this.decoder = decoder;
        RegisterComponents();
    }

    public override (Tensor Pixels, Tensor Planes) forward(Tensor latent)
    {
        Tensor pixels = decoder.call(latent);
        return (pixels, planes.call(pixels));
    }
}

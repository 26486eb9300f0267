using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>What <c>vae.onnx</c> holds: picture to mean, log-variance and the reconstruction of the mean. Nothing random.</summary>
internal sealed class MeanReconstruction : Module<Tensor, (Tensor Mean, Tensor LogVar, Tensor Reconstruction)>
{
    private readonly Module<Tensor, (Tensor Mean, Tensor LogVar)> encoder;
    private readonly DecoderToPixels decoder;

    public MeanReconstruction(Module<Tensor, (Tensor Mean, Tensor LogVar)> encoder, DecoderToPixels decoder)
        : base(nameof(MeanReconstruction))
    {
        this.encoder = encoder;
        this.decoder = decoder;
        RegisterComponents();
    }

    public override (Tensor Mean, Tensor LogVar, Tensor Reconstruction) forward(Tensor pixels)
    {
        (Tensor mean, Tensor logVar) = encoder.call(pixels);
        return (mean, logVar, decoder.call(mean));
    }
}

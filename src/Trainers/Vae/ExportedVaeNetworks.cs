using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>What <c>decoder.onnx</c> holds: the decoder with its logits turned into values in [0, 1].</summary>
internal sealed class DecoderToPixels : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> decoder;
    private readonly Sigmoid sigmoid = Sigmoid();

    public DecoderToPixels(Module<Tensor, Tensor> decoder)
        : base(nameof(DecoderToPixels))
    {
        this.decoder = decoder;
        RegisterComponents();
    }

    public override Tensor forward(Tensor latent) => sigmoid.call(decoder.call(latent));
}

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

/// <summary>The encoder inside a saved pipeline: pixels to mean and log-variance, and the pixels handed on.</summary>
/// <remarks>
/// What scores the reconstruction takes the pixels from here and not from the column: ML.NET would extract them a
/// second time, and by then its ResizeImages has disposed of a picture that already had the right size.
/// </remarks>
internal sealed class PipelineEncoder : Module<Tensor, (Tensor Mean, Tensor LogVar, Tensor Pixels)>
{
    private readonly Module<Tensor, (Tensor Mean, Tensor LogVar)> encoder;
    private readonly PassThrough passThrough = new();

    public PipelineEncoder(Module<Tensor, (Tensor Mean, Tensor LogVar)> encoder)
        : base(nameof(PipelineEncoder))
    {
        this.encoder = encoder;
        RegisterComponents();
    }

    public override (Tensor Mean, Tensor LogVar, Tensor Pixels) forward(Tensor pixels)
    {
        (Tensor mean, Tensor logVar) = encoder.call(pixels);
        return (mean, logVar, passThrough.call(pixels));
    }
}

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

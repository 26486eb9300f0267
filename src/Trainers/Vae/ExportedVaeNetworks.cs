using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>What <c>encoder.onnx</c> holds: pixels, and of a network of classes the index of one, [N, 1], to mean and log-variance.</summary>
internal sealed class FileEncoder : Module<Tensor[], Tensor[]>
{
    private readonly Module<Tensor, Tensor?, (Tensor Mean, Tensor LogVar)> encoder;
    private readonly OneHotClass? oneHot;

    public FileEncoder(VaeNetwork network)
        : base(nameof(FileEncoder))
    {
        encoder = network.Encoder;
        oneHot = network.Classes > 0 ? new(network.Classes) : null;
        RegisterComponents();
    }

    public override Tensor[] forward(Tensor[] inputs)
    {
        (Tensor mean, Tensor logVar) = encoder.call(inputs[0], oneHot?.call(inputs[1]));
        return [mean, logVar];
    }
}

/// <summary>The decoder of z, and of a network of classes the index of one, [N, 1], to logits.</summary>
internal sealed class FileDecoder : Module<Tensor[], Tensor>
{
    private readonly Module<Tensor, Tensor> decoder;
    private readonly OneHotClass? oneHot;
    private readonly Concat join = new();

    public FileDecoder(VaeNetwork network)
        : base(nameof(FileDecoder))
    {
        decoder = network.Decoder;
        oneHot = network.Classes > 0 ? new(network.Classes) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor[] inputs) => decoder.call(oneHot is null ? inputs[0] : join.call([inputs[0], oneHot.call(inputs[1])]));
}

/// <summary>What <c>decoder.onnx</c> holds: the decoder with its logits turned into values in [0, 1].</summary>
internal sealed class DecoderToPixels : Module<Tensor[], Tensor>
{
    private readonly FileDecoder decoder;
    private readonly Sigmoid sigmoid = Sigmoid();

    public DecoderToPixels(VaeNetwork network)
        : base(nameof(DecoderToPixels))
    {
        decoder = new(network);
        RegisterComponents();
    }

    public override Tensor forward(Tensor[] inputs) => sigmoid.call(decoder.call(inputs));
}

/// <summary>What <c>vae.onnx</c> holds: picture to mean, log-variance and the reconstruction of the mean. Nothing random.</summary>
internal sealed class MeanReconstruction : Module<Tensor[], Tensor[]>
{
    private readonly FileEncoder encoder;
    private readonly DecoderToPixels decoder;

    public MeanReconstruction(VaeNetwork network)
        : base(nameof(MeanReconstruction))
    {
        encoder = new(network);
        decoder = new(network);
        RegisterComponents();
    }

    public override Tensor[] forward(Tensor[] inputs)
    {
        Tensor[] coded = encoder.call(inputs);
        return [.. coded, decoder.call([coded[0], .. inputs[1..]])];
    }
}

/// <summary>
/// The encoder inside a saved pipeline: pixels to mean and log-variance, and the pixels handed on. Of a network of classes it takes a one-hot row too, as ML.NET makes it
/// of a key, and hands its class's index on.
/// </summary>
/// <remarks>
/// What scores the reconstruction takes the pixels from here and not from the column: ML.NET would extract them a
/// second time, and by then its ResizeImages has disposed of a picture that already had the right size.
/// </remarks>
internal sealed class PipelineEncoder : Module<Tensor[], Tensor[]>
{
    private readonly Module<Tensor, Tensor?, (Tensor Mean, Tensor LogVar)> encoder;
    private readonly PassThrough passThrough = new();
    private readonly IndexOfClass? index;

    public PipelineEncoder(VaeNetwork network)
        : base(nameof(PipelineEncoder))
    {
        encoder = network.Encoder;
        index = network.Classes > 0 ? new() : null;
        RegisterComponents();
    }

    public override Tensor[] forward(Tensor[] inputs)
    {
        (Tensor mean, Tensor logVar) = encoder.call(inputs[0], index is null ? null : inputs[1]);
        Tensor pixels = passThrough.call(inputs[0]);
        return index is null ? [mean, logVar, pixels] : [mean, logVar, pixels, index.call(inputs[1])];
    }
}

/// <summary>
/// The decoder inside a saved pipeline: latent vector to pixels in [0, 1], their logits, which the likelihood is taken
/// from, and for pictures the planes that ConvertToImage wants. Of a network of classes it takes the index of one too, [N, 1], and hands it on as a one-hot row, whose
/// length tells their number.
/// </summary>
internal sealed class PipelineDecoder : Module<Tensor[], Tensor[]>
{
    private readonly Module<Tensor, Tensor> decoder;
    private readonly OneHotClass? oneHot;
    private readonly Concat join = new();
    private readonly Sigmoid sigmoid = Sigmoid();
    private readonly PicturePlanes? planes;

    public PipelineDecoder(VaeNetwork network, bool pictures)
        : base(nameof(PipelineDecoder))
    {
        decoder = network.Decoder;
        oneHot = network.Classes > 0 ? new(network.Classes) : null;
        planes = pictures ? new PicturePlanes() : null;
        RegisterComponents();
    }

    public override Tensor[] forward(Tensor[] inputs)
    {
        Tensor? classes = oneHot?.call(inputs[1]);
        Tensor logits = decoder.call(classes is null ? inputs[0] : join.call([inputs[0], classes]));
        Tensor pixels = sigmoid.call(logits);
        return [pixels, logits, .. planes is null ? (Tensor[])[] : [planes.call(pixels)], .. classes is null ? (Tensor[])[] : [classes]];
    }
}

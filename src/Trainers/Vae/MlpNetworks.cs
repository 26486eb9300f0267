using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>VAE encoder with one hidden layer of 400: pixels to the mean and log-variance of q(z|x).</summary>
/// <remarks>
/// In: float32 [N, …shape] in [0, 1], and of a network of classes a one-hot row [N, classes] beside them, which all layers get. Out: two float32 [N, latentDimension].
/// Source: Kingma and Welling 2013, appendix C; sizes of PyTorch's examples/vae (784-400-20). arXiv:1312.6114.
/// </remarks>
internal sealed class MlpEncoder : Module<Tensor, Tensor?, (Tensor Mean, Tensor LogVar)>
{
    public const int Hidden = 400;

    private readonly Sequential hidden;
    private readonly Concat join = new();
    private readonly Linear mean;
    private readonly Module<Tensor, Tensor> logVar;

    public MlpEncoder(long[] shape, int latentDimension, int classes, bool isAutoencoder)
        : base(nameof(MlpEncoder))
    {
        long length = shape.Aggregate(1L, (a, b) => a * b);
        hidden = Sequential(Flatten(), Linear(length + classes, Hidden), ReLU());
        mean = Linear(Hidden + classes, latentDimension);
        logVar = isAutoencoder ? new NoVariance(latentDimension) : Linear(Hidden + classes, latentDimension);
        RegisterComponents();
    }

    public override (Tensor Mean, Tensor LogVar) forward(Tensor pixels, Tensor? oneHot)
    {
        Tensor h = hidden.CallWith(oneHot, pixels, join);
        if (oneHot is not null)
            h = join.call([h, oneHot]);
        return (mean.call(h), logVar.call(h));
    }
}

/// <summary>VAE decoder with one hidden layer of 400: latent vector to the logits of the pixels.</summary>
/// <remarks>
/// In: float32 [N, latentDimension], standard normal a priori, and of a network of classes a one-hot row beside it, which both layers get: with it in the first alone, digits of MNIST came out as
/// others more often (81 % as asked, 86 % so). Out: float32 [N, …shape], logits.
/// Source: as <see cref="MlpEncoder"/>.
/// </remarks>
internal sealed class MlpDecoder : Module<Tensor, Tensor>
{
    private readonly Sequential layers;
    private readonly Columns? latentOf, oneHotOf;
    private readonly Concat join = new();

    public MlpDecoder(int latentDimension, int classes, long[] shape)
        : base(nameof(MlpDecoder))
    {
        long length = shape.Aggregate(1L, (a, b) => a * b);
        layers = Sequential(
            Linear(latentDimension + classes, MlpEncoder.Hidden), ReLU(),
            Linear(MlpEncoder.Hidden + classes, length), Unflatten(1, shape));
        if (classes > 0)
            (latentOf, oneHotOf) = (new(0, latentDimension), new(latentDimension, classes));
        RegisterComponents();
    }

    public override Tensor forward(Tensor latent) => latentOf is null ? layers.call(latent) : layers.CallWith(oneHotOf!.call(latent), latentOf.call(latent), join);
}

/// <summary>Neighbouring columns of a row.</summary>
/// <remarks>In: float32 [N, any]. Out: float32 [N, count].</remarks>
internal sealed class Columns(int first, int count) : Module<Tensor, Tensor>(nameof(Columns)), IOnnxConvertible
{
    public override Tensor forward(Tensor rows) => rows.narrow(1, first, count);

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input().Slice(1, first, first + count));
}

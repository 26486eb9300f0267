using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>VAE encoder with one hidden layer of 400: pixels to the mean and log-variance of q(z|x).</summary>
/// <remarks>
/// In: float32 [N, …shape] in [0, 1], and of a network of classes a one-hot row [N, classes] beside them. Out: two float32 [N, latentDimension].
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
        mean = Linear(Hidden, latentDimension);
        logVar = isAutoencoder ? new NoVariance(latentDimension) : Linear(Hidden, latentDimension);
        RegisterComponents();
    }

    public override (Tensor Mean, Tensor LogVar) forward(Tensor pixels, Tensor? oneHot)
    {
        Tensor h = hidden.CallWith(oneHot, pixels, join);
        return (mean.call(h), logVar.call(h));
    }
}

/// <summary>VAE decoder with one hidden layer of 400: latent vector to the logits of the pixels.</summary>
/// <remarks>
/// In: float32 [N, latentDimension], standard normal a priori, and of a network of classes a one-hot row beside it. Out: float32 [N, …shape], logits.
/// Source: as <see cref="MlpEncoder"/>.
/// </remarks>
internal sealed class MlpDecoder : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public MlpDecoder(int latentDimension, long[] shape)
        : base(nameof(MlpDecoder))
    {
        long length = shape.Aggregate(1L, (a, b) => a * b);
        layers = Sequential(
            Linear(latentDimension, MlpEncoder.Hidden), ReLU(),
            Linear(MlpEncoder.Hidden, length), Unflatten(1, shape));
        RegisterComponents();
    }

    public override Tensor forward(Tensor latent) => layers.call(latent);
}

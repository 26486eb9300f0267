using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>VAE decoder with one hidden layer of 400: latent vector to the logits of the pixels.</summary>
/// <remarks>
/// In: float32 [N, latentDimension], standard normal a priori. Out: float32 [N, …shape], logits.
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

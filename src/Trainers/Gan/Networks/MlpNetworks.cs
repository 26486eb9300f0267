using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>The generator of <see cref="DcganNetwork.Mlp"/>.</summary>
/// <remarks>
/// In: z, float32 [N, latentDimension], standard normal. Out: float32 [N, channels, H, W] in [−1, 1].
/// 28×28×1: 100, 1200, 1200, 784; 2,503,984 parameters.
/// Source: Goodfellow et al. 2014, section 5, whose output for pixels in [0, 1] is a sigmoid; the sizes are those of its code for MNIST.
/// </remarks>
internal sealed class MlpGenerator : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public MlpGenerator(GanShape shape)
        : base(nameof(MlpGenerator))
    {
        layers = Sequential(
            Linear(shape.Inputs, shape.Width), ReLU(inplace: true),
            Linear(shape.Width, shape.Width), ReLU(inplace: true),
            Linear(shape.Width, shape.Values), Unflatten(1, [shape.Channels, shape.Size, shape.Size]), Tanh());
        RegisterComponents();
    }

    public override Tensor forward(Tensor latent) => layers.call(latent);
}

/// <summary>The discriminator of <see cref="DcganNetwork.Mlp"/>.</summary>
/// <remarks>
/// In: float32 [N, channels, H, W] in [−1, 1]. Out: one logit a picture, [N, 1]; above 0 is real.
/// 28×28×1: 784, 240, 240, 1 with LeakyReLU 0.2, and dropout before every layer as in the source (0.2 of the pixels, half of the units); 246,481 parameters.
/// Source: Goodfellow et al. 2014, section 5, whose 240 units are maxout, each of five linear ones; its sigmoid is in the loss.
/// </remarks>
internal sealed class MlpDiscriminator : Module<Tensor, Tensor>
{
    private const double Slope = 0.2, DroppedPixels = 0.2, DroppedUnits = 0.5;

    // 240 where the generator has 1200.
    private const int WidthDivisor = 5;

    private readonly Sequential layers;

    public MlpDiscriminator(GanShape shape, DiscriminatorLayers make)
        : base(nameof(MlpDiscriminator))
    {
        int width = Math.Max(1, shape.Width / WidthDivisor);
        layers = Sequential(
            Flatten(), Dropout(DroppedPixels), make.Dense(shape.Values, width), LeakyReLU(Slope, inplace: true),
            Dropout(DroppedUnits), make.Dense(width, width), LeakyReLU(Slope, inplace: true),
            Dropout(DroppedUnits), make.Dense(width, shape.Outputs));
        RegisterComponents();
    }

    public override Tensor forward(Tensor pictures) => layers.call(pictures);
}

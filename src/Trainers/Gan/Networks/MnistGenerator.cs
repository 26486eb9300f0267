using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>The generator of <see cref="DcganNetwork.Mnist32"/>.</summary>
/// <remarks>
/// In: z, float32 [N, latentDimension], standard normal. Out: float32 [N, channels, H, W] in [−1, 1], H and W divisible by 4.
/// 32×32×1: dense 128 × 8×8, nearest ×2 and 3×3 convolution of 128, the same of 64, 3×3 convolution; 1,049,985 parameters.
/// Source: PyTorch-GAN, implementations/dcgan; its second argument of BatchNorm2d, 0.8, is ε there.
/// </remarks>
internal sealed class MnistGenerator : Module<Tensor, Tensor>
{
    internal const double Epsilon = 0.8, Slope = 0.2;

    private readonly Sequential layers;

    public MnistGenerator(GanShape shape)
        : base(nameof(MnistGenerator))
    {
        int wide = 2 * shape.Width, grid = shape.Size / 4;
        layers = Sequential(
            Linear(shape.Inputs, (long)wide * grid * grid), Unflatten(1, [wide, grid, grid]), BatchNorm2d(wide),
            Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest),
            Conv2d(wide, wide, 3, padding: 1), BatchNorm2d(wide, Epsilon), LeakyReLU(Slope, inplace: true),
            Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest),
            Conv2d(wide, shape.Width, 3, padding: 1), BatchNorm2d(shape.Width, Epsilon), LeakyReLU(Slope, inplace: true),
            Conv2d(shape.Width, shape.Channels, 3, padding: 1), Tanh());
        RegisterComponents();
        GanInitialization.Normal(this, dense: false);
    }

    public override Tensor forward(Tensor latent) => layers.call(latent);
}

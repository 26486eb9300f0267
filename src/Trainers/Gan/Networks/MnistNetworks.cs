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

/// <summary>The discriminator of <see cref="DcganNetwork.Mnist32"/>.</summary>
/// <remarks>
/// In: float32 [N, channels, H, W] in [−1, 1], H and W divisible by 16. Out: one logit a picture, [N, 1]; above 0 is real.
/// 32×32×1: 16 × 16×16, 32 × 8×8, 64 × 4×4, 128 × 2×2, dense; 98,113 parameters.
/// Source: PyTorch-GAN, implementations/dcgan; its sigmoid is in the loss.
/// </remarks>
internal sealed class MnistDiscriminator : Module<Tensor, Tensor>
{
    private const double Dropped = 0.25;

    private readonly Sequential layers;

    public MnistDiscriminator(GanShape shape, DiscriminatorLayers make)
        : base(nameof(MnistDiscriminator))
    {
        // 16, 32, 64, 128 where the generator has 64 channels next to its picture.
        int[] widths = [shape.Channels, shape.Width / 4, shape.Width / 2, shape.Width, shape.Width * 2];
        layers = Sequential();
        for (int block = 1; block < widths.Length; block++)
        {
            layers.append(make.Convolution(widths[block - 1], widths[block], kernel: 3, stride: 2, padding: 1));
            layers.append(LeakyReLU(MnistGenerator.Slope, inplace: true)).append(Dropout2d(Dropped));
            if (block > 1)
                layers.Append(make.Norm(widths[block], MnistGenerator.Epsilon));
        }
        int grid = shape.Size / 16;
        layers.append(Flatten()).append(make.Dense(widths[^1] * grid * grid, shape.Outputs));
        RegisterComponents();
        GanInitialization.Normal(this, dense: false);
    }

    public override Tensor forward(Tensor pictures) => layers.call(pictures);
}

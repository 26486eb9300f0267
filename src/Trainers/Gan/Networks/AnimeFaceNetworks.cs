using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>The generator of <see cref="DcganNetwork.AnimeFace64"/>.</summary>
/// <remarks>
/// In: z, float32 [N, latentDimension], standard normal. Out: float32 [N, channels, H, W] in [−1, 1].
/// 64×64×3: 100, 512 × 4×4, 256 × 8×8, 128 × 16×16, 64 × 32×32, a 3×3 convolution there, 3 × 64×64; 3,614,723 parameters.
/// Source: the Keras anime-face DCGAN; its BatchNorm momentum 0.5 is the share kept, which is PyTorch's 0.5 too.
/// </remarks>
internal sealed class AnimeFaceGenerator : Module<Tensor, Tensor>
{
    internal const double Epsilon = 1e-3, Momentum = 0.5, Slope = 0.2;

    private readonly Sequential layers;

    public AnimeFaceGenerator(GanShape shape)
        : base(nameof(AnimeFaceGenerator))
    {
        int stages = shape.Stages, width = shape.WidthAt(stages - 1);
        layers = Sequential(Unflatten(1, [shape.Inputs, 1, 1]));
        Add(ConvTranspose2d(shape.Inputs, width, GanShape.Grid), width);
        for (int stage = stages - 2; stage >= 0; stage--)
            Add(ConvTranspose2d(shape.WidthAt(stage + 1), shape.WidthAt(stage), 4, stride: 2, padding: 1), shape.WidthAt(stage));
        Add(Conv2d(shape.Width, shape.Width, 3, padding: 1), shape.Width);
        layers.append(ConvTranspose2d(shape.Width, shape.Channels, 4, stride: 2, padding: 1)).append(Tanh());
        RegisterComponents();
        GanInitialization.Glorot(this);
    }

    public override Tensor forward(Tensor latent) => layers.call(latent);

    private void Add(Module<Tensor, Tensor> convolution, int width) =>
        layers.append(convolution).append(BatchNorm2d(width, Epsilon, Momentum)).append(LeakyReLU(Slope, inplace: true));
}

/// <summary>The discriminator of <see cref="DcganNetwork.AnimeFace64"/>.</summary>
/// <remarks>
/// In: float32 [N, channels, H, W] in [−1, 1]. Out: one logit a picture, [N, 1]; above 0 is real.
/// 64×64×3: 64 × 32×32, 128 × 16×16, 256 × 8×8, 512 × 4×4, dense; 2,766,529 parameters.
/// Source: the Keras anime-face DCGAN; its sigmoid is in the loss.
/// </remarks>
internal sealed class AnimeFaceDiscriminator : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public AnimeFaceDiscriminator(GanShape shape, DiscriminatorLayers make)
        : base(nameof(AnimeFaceDiscriminator))
    {
        layers = Sequential();
        for (int stage = 0; stage < shape.Stages; stage++)
        {
            layers.append(make.Convolution(stage == 0 ? shape.Channels : shape.WidthAt(stage - 1), shape.WidthAt(stage), kernel: 4, stride: 2, padding: 1));
            if (stage > 0)
                layers.Append(make.Norm(shape.WidthAt(stage), AnimeFaceGenerator.Epsilon, AnimeFaceGenerator.Momentum));
            layers.append(LeakyReLU(AnimeFaceGenerator.Slope, inplace: true));
        }
        layers.append(Flatten()).append(make.Dense(shape.WidthAt(shape.Stages - 1) * GanShape.Grid * GanShape.Grid, shape.Outputs));
        RegisterComponents();
        GanInitialization.Glorot(this);
    }

    public override Tensor forward(Tensor pictures) => layers.call(pictures);
}

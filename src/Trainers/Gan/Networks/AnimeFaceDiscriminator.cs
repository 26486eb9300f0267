using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

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

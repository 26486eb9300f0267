using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>The discriminator of <see cref="DcganNetwork.Paper"/>.</summary>
/// <remarks>
/// In: float32 [N, channels, H, W] in [−1, 1]. Out: one logit a picture, [N, 1]; above 0 is real.
/// The generator's mirror image: 5×5 convolutions of stride 2, LeakyReLU 0.2, BatchNorm everywhere but at the input.
/// Source: Radford, Metz, Chintala 2015, section 3; its sigmoid is in the loss.
/// </remarks>
internal sealed class PaperDiscriminator : Module<Tensor, Tensor>
{
    private const double Slope = 0.2;

    private readonly Sequential layers;

    public PaperDiscriminator(GanShape shape, DiscriminatorLayers make)
        : base(nameof(PaperDiscriminator))
    {
        layers = Sequential();
        for (int stage = 0; stage < shape.Stages; stage++)
        {
            int from = stage == 0 ? shape.Channels : shape.WidthAt(stage - 1), width = shape.WidthAt(stage);
            bool normed = stage > 0;
            layers.append(make.Convolution(from, width, kernel: 5, stride: 2, padding: 2, biased: !normed, normed));
            if (normed)
                layers.Append(make.Norm(width));
            layers.append(LeakyReLU(Slope, inplace: true));
        }
        layers.append(Flatten()).append(make.Dense(shape.WidthAt(shape.Stages - 1) * GanShape.Grid * GanShape.Grid, shape.Outputs));
        RegisterComponents();
        GanInitialization.Normal(this, dense: true);
    }

    public override Tensor forward(Tensor pictures) => layers.call(pictures);
}

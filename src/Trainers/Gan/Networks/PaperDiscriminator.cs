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

    public PaperDiscriminator(GanShape shape)
        : base(nameof(PaperDiscriminator))
    {
        layers = Sequential();
        for (int stage = 0; stage < shape.Stages; stage++)
        {
            layers.append(Conv2d(stage == 0 ? shape.Channels : shape.WidthAt(stage - 1), shape.WidthAt(stage), 5, stride: 2, padding: 2, bias: stage == 0));
            if (stage > 0)
                layers.append(BatchNorm2d(shape.WidthAt(stage)));
            layers.append(LeakyReLU(Slope, inplace: true));
        }
        layers.append(Flatten()).append(Linear(shape.WidthAt(shape.Stages - 1) * GanShape.Grid * GanShape.Grid, 1));
        RegisterComponents();
        GanInitialization.Normal(this, dense: true);
    }

    public override Tensor forward(Tensor pictures) => layers.call(pictures);
}

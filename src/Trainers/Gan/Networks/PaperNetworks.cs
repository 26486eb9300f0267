using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>The generator of <see cref="DcganNetwork.Paper"/>.</summary>
/// <remarks>
/// In: z, float32 [N, latentDimension], uniform in [−1, 1]. Out: float32 [N, channels, H, W] in [−1, 1].
/// 64×64: projected to 1024 × 4×4, then 512 × 8×8, 256 × 16×16, 128 × 32×32, channels × 64×64 by transposed 5×5
/// convolutions of stride 2; ReLU and BatchNorm everywhere but at the output.
/// Source: Radford, Metz, Chintala 2015, section 3 and figure 1.
/// </remarks>
internal sealed class PaperGenerator : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public PaperGenerator(GanShape shape)
        : base(nameof(PaperGenerator))
    {
        int stages = shape.Stages, widest = shape.WidthAt(stages - 1);
        layers = Sequential(
            Linear(shape.Inputs, (long)widest * GanShape.Grid * GanShape.Grid, hasBias: false),
            Unflatten(1, [widest, GanShape.Grid, GanShape.Grid]), BatchNorm2d(widest), ReLU(inplace: true));
        for (int stage = stages - 2; stage >= 0; stage--)
            layers.append(Double(shape.WidthAt(stage + 1), shape.WidthAt(stage), bias: false)).append(BatchNorm2d(shape.WidthAt(stage))).append(ReLU(inplace: true));
        layers.append(Double(shape.Width, shape.Channels, bias: true)).append(Tanh());
        RegisterComponents();
        GanInitialization.Normal(this, dense: true);
    }

    public override Tensor forward(Tensor latent) => layers.call(latent);

    private static ConvTranspose2d Double(int from, int to, bool bias) =>
        ConvTranspose2d(from, to, 5, stride: 2, padding: 2, output_padding: 1, bias: bias);
}

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

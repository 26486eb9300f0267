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

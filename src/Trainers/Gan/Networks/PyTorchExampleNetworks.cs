using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>The generator of PyTorch's own example of <see cref="DcganNetwork.Paper"/>.</summary>
/// <remarks>
/// In: z, float32 [N, latentDimension], standard normal. Out: float32 [N, channels, H, W] in [−1, 1].
/// 64×64×3: 100, 512 × 4×4, 256 × 8×8, 128 × 16×16, 64 × 32×32, 3 × 64×64 by transposed 4×4 convolutions without biases,
/// ReLU and BatchNorm everywhere but at the output; 3,576,704 parameters.
/// Source: pytorch/examples, dcgan/main.py.
/// </remarks>
internal sealed class PyTorchExampleGenerator : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public PyTorchExampleGenerator(GanShape shape)
        : base(nameof(PyTorchExampleGenerator))
    {
        int stages = shape.Stages;
        layers = Sequential(Unflatten(1, [shape.Inputs, 1, 1]));
        Add(ConvTranspose2d(shape.Inputs, shape.WidthAt(stages - 1), GanShape.Grid, bias: false), shape.WidthAt(stages - 1));
        for (int stage = stages - 2; stage >= 0; stage--)
            Add(Double(shape.WidthAt(stage + 1), shape.WidthAt(stage)), shape.WidthAt(stage));
        layers.append(Double(shape.Width, shape.Channels)).append(Tanh());
        RegisterComponents();
        GanInitialization.Normal(this, dense: false);
    }

    public override Tensor forward(Tensor latent) => layers.call(latent);

    private static ConvTranspose2d Double(int from, int to) => ConvTranspose2d(from, to, 4, stride: 2, padding: 1, bias: false);

    private void Add(ConvTranspose2d convolution, int width) =>
        layers.append(convolution).append(BatchNorm2d(width)).append(ReLU(inplace: true));
}

/// <summary>The discriminator of PyTorch's own example of <see cref="DcganNetwork.Paper"/>.</summary>
/// <remarks>
/// In: float32 [N, channels, H, W] in [−1, 1]. Out: one logit a picture, [N, 1]; above 0 is real.
/// 64×64×3: 4×4 convolutions of stride 2 without biases, 64, 128, 256, 512 channels, LeakyReLU 0.2, BatchNorm everywhere but
/// at the input, and a 4×4 convolution of the 4×4 grid to the logit; 2,765,568 parameters.
/// Source: pytorch/examples, dcgan/main.py; its sigmoid is in the loss.
/// </remarks>
internal sealed class PyTorchExampleDiscriminator : Module<Tensor, Tensor>
{
    private const double Slope = 0.2;

    private readonly Sequential layers;

    public PyTorchExampleDiscriminator(GanShape shape, DiscriminatorLayers make)
        : base(nameof(PyTorchExampleDiscriminator))
    {
        layers = Sequential();
        for (int stage = 0; stage < shape.Stages; stage++)
        {
            int from = stage == 0 ? shape.Channels : shape.WidthAt(stage - 1), width = shape.WidthAt(stage);
            bool normed = stage > 0;
            layers.append(make.Convolution(from, width, kernel: 4, stride: 2, padding: 1, biased: false, normed));
            if (normed)
                layers.Append(make.Norm(width));
            layers.append(LeakyReLU(Slope, inplace: true));
        }
        layers.append(make.Convolution(shape.WidthAt(shape.Stages - 1), shape.Outputs, kernel: GanShape.Grid, stride: 1, padding: 0, biased: false)).append(Flatten());
        RegisterComponents();
        GanInitialization.Normal(this, dense: false);
    }

    public override Tensor forward(Tensor pictures) => layers.call(pictures);
}

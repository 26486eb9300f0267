using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

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

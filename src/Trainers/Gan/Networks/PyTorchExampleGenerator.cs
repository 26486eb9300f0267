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

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Radford et al. 2015: latents [N, 100] → pictures [N, 3, 64, 64] in [-1, 1]. 128 is the paper's width.</summary>
internal sealed class DcganGenerator : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public DcganGenerator(int width)
        : base(nameof(DcganGenerator))
    {
        layers = Sequential(
            Unflatten(1, [100, 1, 1]),
            ConvTranspose2d(100, 8 * width, 4, bias: false), BatchNorm2d(8 * width), ReLU(inplace: true),
            ConvTranspose2d(8 * width, 4 * width, 4, stride: 2, padding: 1, bias: false), BatchNorm2d(4 * width), ReLU(inplace: true),
            ConvTranspose2d(4 * width, 2 * width, 4, stride: 2, padding: 1, bias: false), BatchNorm2d(2 * width), ReLU(inplace: true),
            ConvTranspose2d(2 * width, width, 4, stride: 2, padding: 1, bias: false), BatchNorm2d(width), ReLU(inplace: true),
            ConvTranspose2d(width, 3, 4, stride: 2, padding: 1), Tanh());
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => layers.call(input);
}

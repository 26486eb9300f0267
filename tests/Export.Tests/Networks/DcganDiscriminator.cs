using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>Radford et al. 2015: pictures [N, 3, 64, 64] → the probability of being real [N, 1].</summary>
internal sealed class DcganDiscriminator : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public DcganDiscriminator(int width)
        : base(nameof(DcganDiscriminator))
    {
        layers = Sequential(
            Conv2d(3, width, 4, stride: 2, padding: 1), LeakyReLU(0.2, inplace: true),
            Conv2d(width, 2 * width, 4, stride: 2, padding: 1, bias: false), BatchNorm2d(2 * width), LeakyReLU(0.2, inplace: true),
            Conv2d(2 * width, 4 * width, 4, stride: 2, padding: 1, bias: false), BatchNorm2d(4 * width), LeakyReLU(0.2, inplace: true),
            Conv2d(4 * width, 8 * width, 4, stride: 2, padding: 1, bias: false), BatchNorm2d(8 * width), LeakyReLU(0.2, inplace: true),
            Conv2d(8 * width, 1, 4), Flatten(), Sigmoid());
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => layers.call(input);
}

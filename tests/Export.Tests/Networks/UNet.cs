using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>
/// Ronneberger et al. 2015 with padded convolutions: [N, 1, H, W] → a logit a class and pixel [N, 2, H, W]; H and W are
/// multiples of 8.
/// </summary>
internal sealed class UNet : Module<Tensor, Tensor>
{
    private readonly Sequential down1, down2, down3, bottom, up3, up2, up1;
    private readonly ConvTranspose2d grow3, grow2, grow1;
    private readonly MaxPool2d pool = MaxPool2d(2);
    private readonly Concat join = new();
    private readonly Conv2d head;

    public UNet(int width)
        : base(nameof(UNet))
    {
        down1 = Pair(1, width);
        down2 = Pair(width, 2 * width);
        down3 = Pair(2 * width, 4 * width);
        bottom = Pair(4 * width, 8 * width);
        grow3 = ConvTranspose2d(8 * width, 4 * width, 2, stride: 2);
        up3 = Pair(8 * width, 4 * width);
        grow2 = ConvTranspose2d(4 * width, 2 * width, 2, stride: 2);
        up2 = Pair(4 * width, 2 * width);
        grow1 = ConvTranspose2d(2 * width, width, 2, stride: 2);
        up1 = Pair(2 * width, width);
        head = Conv2d(width, 2, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor x1 = down1.call(input);
        Tensor x2 = down2.call(pool.call(x1));
        Tensor x3 = down3.call(pool.call(x2));
        Tensor y = bottom.call(pool.call(x3));
        y = up3.call(join.call([x3, grow3.call(y)]));
        y = up2.call(join.call([x2, grow2.call(y)]));
        y = up1.call(join.call([x1, grow1.call(y)]));
        return head.call(y);
    }

    private static Sequential Pair(int input, int output) => Sequential(
        Conv2d(input, output, 3, padding: 1), ReLU(inplace: true), Conv2d(output, output, 3, padding: 1), ReLU(inplace: true));
}

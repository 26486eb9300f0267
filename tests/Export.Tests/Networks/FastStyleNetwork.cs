using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

/// <summary>
/// Johnson et al. 2016 with instance normalisation (Ulyanov et al. 2016), and nearest upsampling before a convolution
/// in place of a transposed one (Odena et al. 2016): [N, 3, H, W] → [N, 3, H, W] in [0, 1]; H and W are multiples of 4.
/// 32 is the paper's width.
/// </summary>
internal sealed class FastStyleNetwork : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public FastStyleNetwork(int width, int residualBlocks = 5)
        : base(nameof(FastStyleNetwork))
    {
        layers = Sequential(
            ("stem", Convolution(3, width, 9)),
            ("down1", Convolution(width, 2 * width, 3, stride: 2)),
            ("down2", Convolution(2 * width, 4 * width, 3, stride: 2)));
        for (int i = 1; i <= residualBlocks; i++) layers.append($"residual{i}", new Residual(4 * width));
        layers.append("grow1", Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest));
        layers.append("up1", Convolution(4 * width, 2 * width, 3));
        layers.append("grow2", Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest));
        layers.append("up2", Convolution(2 * width, width, 3));
        layers.append("head", Sequential(ReflectionPad2d(4), Conv2d(width, 3, 9), Sigmoid()));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => layers.call(input);

    private static Sequential Convolution(int input, int output, int kernel, int stride = 1) => Sequential(
        ReflectionPad2d(kernel / 2), Conv2d(input, output, kernel, stride: stride), InstanceNorm2d(output, affine: true), ReLU(inplace: true));

    private sealed class Residual : Module<Tensor, Tensor>
    {
        private readonly Sequential body;
        private readonly Add add = new();

        public Residual(int channels)
            : base(nameof(Residual))
        {
            body = Sequential(
                Convolution(channels, channels, 3), ReflectionPad2d(1), Conv2d(channels, channels, 3), InstanceNorm2d(channels, affine: true));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => add.call(input, body.call(input));
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Benchmarks.Plain;

/// <summary>
/// The style networks' forward pass as users of TorchSharp write it: the TransformerNet of PyTorch's examples/fast_neural_style, with the layers of
/// <see cref="StyleNetwork.Full"/> and <see cref="StyleNetwork.Small"/>.
/// </summary>
internal static class PlainStyle
{
    public static double PicturesPerSecond(StyleNetwork network, int size, int warmUp, int timed)
    {
        using var noGradient = no_grad();
        using Sequential layers = Layers(network);
        using Tensor picture = rand(1, 3, size, size).mul_(255);
        layers.eval();
        return 1 / Laps.MedianOf(warmUp, timed, () =>
        {
            using var scope = NewDisposeScope();
            _ = layers.call(picture / 255) * 150 + 127.5;
        });
    }

    private static Sequential Layers(StyleNetwork network)
    {
        bool small = network == StyleNetwork.Small;
        (int a, int b, int c) = small ? (8, 16, 32) : (32, 64, 128);
        return Sequential(
            Normalized(a, Padded(3, a, 9)), ReLU(),
            Normalized(b, Padded(a, b, 3, stride: 2)), ReLU(),
            Normalized(c, Padded(b, c, 3, stride: 2)), ReLU(),
            new Residual(c, small), new Residual(c, small), new Residual(c, small), new Residual(c, small), new Residual(c, small),
            Upsample(scale_factor: [2, 2]), Normalized(b, Padded(c, b, 3)), ReLU(),
            Upsample(scale_factor: [2, 2]), Normalized(a, Padded(b, a, 3)), ReLU(),
            Normalized(3, Padded(a, 3, 9)), Tanh());
    }

    private static Sequential Padded(int before, int after, int kernel, int stride = 1) =>
        Sequential(ReflectionPad2d(kernel / 2), Conv2d(before, after, kernel, stride: stride, bias: false));

    private static Sequential Depthwise(int width) =>
        Sequential(ReflectionPad2d(1), Conv2d(width, width, 3, groups: width, bias: false), Conv2d(width, width, 1, bias: false));

    private static Sequential Normalized(int width, Sequential convolution) => Sequential(convolution, InstanceNorm2d(width, 1e-3, affine: true));

    private sealed class Residual : Module<Tensor, Tensor>
    {
        private readonly Sequential layers;

        public Residual(int width, bool depthwise)
            : base(nameof(Residual))
        {
            layers = Sequential(Normalized(width, Convolution()), ReLU(), Normalized(width, Convolution()));
            RegisterComponents();

            Sequential Convolution() => depthwise ? Depthwise(width) : Padded(width, width, 3);
        }

        public override Tensor forward(Tensor x) => x + layers.call(x);
    }
}

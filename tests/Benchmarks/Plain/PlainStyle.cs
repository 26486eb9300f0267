using MLNetGen.Style;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Benchmarks.Plain;

/// <summary>
/// The style networks' forward pass and training as users of TorchSharp write them: TransformerNet and loop of PyTorch's examples/fast_neural_style, with the layers of
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

    /// <summary>Training steps on one batch that lies in memory, pictures a second.</summary>
    /// <param name="network">Which layers.</param>
    /// <param name="judge">The same that teaches ours: content at its own layer, style at its own four.</param>
    /// <param name="size">Height and width.</param>
    /// <param name="batch">Pictures of a step.</param>
    /// <param name="warmUp">Steps that do not count.</param>
    /// <param name="timed">Steps that do.</param>
    public static double Training(StyleNetwork network, LossNetwork judge, int size, int batch, int warmUp, int timed)
    {
        using Sequential layers = Layers(network);
        using Adam optimizer = TorchSharp.torch.optim.Adam(layers.parameters(), 1e-3);
        using Tensor pictures = rand(batch, 3, size, size).mul_(255), painting = rand(1, 3, size, size).mul_(255);
        string content = judge.DefaultContentLayer;
        string[] style = [.. judge.DefaultStyleLayers];
        using var all = NewDisposeScope();
        Dictionary<string, Tensor> wanted;
        using (no_grad()) wanted = judge.Features(painting, style).ToDictionary(layer => layer.Key, layer => Gram(layer.Value));
        layers.train();
        return batch / Laps.MedianOf(warmUp, timed, () =>
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor made = layers.call(pictures / 255) * 150 + 127.5, target;
            using (no_grad()) target = judge.Features(pictures, [content])[content];
            IReadOnlyDictionary<string, Tensor> features = judge.Features(made, [content, .. style]);
            Tensor loss = functional.mse_loss(features[content], target);
            foreach (string layer in style)
                loss += functional.mse_loss(Gram(features[layer]), wanted[layer].expand(batch, -1, -1));
            loss += functional.mse_loss(made[.., .., 1..], made[.., .., ..^1]) + functional.mse_loss(made[.., .., .., 1..], made[.., .., .., ..^1]);
            loss.backward();
            optimizer.step();
            if (float.IsNaN(loss.item<float>()))
                throw new InvalidOperationException("the plain loop's loss became NaN");
        });
    }

    private static Tensor Gram(Tensor features)
    {
        Tensor flat = features.flatten(2);
        return flat.bmm(flat.transpose(1, 2)) / (double)(features.shape[1] * flat.shape[2]);
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

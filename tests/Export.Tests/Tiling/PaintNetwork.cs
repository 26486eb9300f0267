using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests;

public enum Borders
{
    Reflection,

    /// <summary>TensorFlow's SAME: zeros, and at stride 2 only below and on the right.</summary>
    Same,
}

public enum Growth
{
    Nearest,
    Transposed,

    /// <summary>One row and column more than twice the size, cut off again: TensorFlow's SAME, transposed.</summary>
    TransposedAndCut,
    PixelShuffle,
}

/// <summary>
/// Johnson et al. 2016 in the shape that style networks are exported in: picture 0–255 [N, 3, H, W], strength [N] → picture of the same
/// size. Fills up to multiples of 4 and cuts off again, normalises after every convolution, and blends with the picture at the end.
/// </summary>
internal sealed class PaintNetwork : Module<Tensor, Tensor, Tensor>
{
    private readonly FillUp fill = new();
    private readonly Sequential layers;
    private readonly CutTo cut = new();
    private readonly Blend blend = new();

    public PaintNetwork(Borders borders = Borders.Reflection, Growth growth = Growth.Nearest, int width = 4, int blocks = 2)
        : base(nameof(PaintNetwork))
    {
        layers = Sequential(
            ("scale", new Scale(1 / 255.0)),
            ("stem", Layer(borders, 3, width, 9)),
            ("down1", Layer(borders, width, 2 * width, 3, 2)),
            ("down2", Layer(borders, 2 * width, 4 * width, 3, 2)));
        for (int i = 1; i <= blocks; i++) layers.append($"block{i}", new Block(borders, 4 * width));
        layers.append("up1", Up(borders, growth, 4 * width, 2 * width));
        layers.append("up2", Up(borders, growth, 2 * width, width));
        layers.append("head", Sequential(Convolution(borders, width, 3, 9, 1), InstanceNorm2d(3, affine: true), Tanh(), new Scale(150, 127.5)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor picture, Tensor strength)
    {
        Tensor painted = cut.call(layers.call(fill.call(picture)), picture);
        return blend.call(picture, painted, strength);
    }

    private static Sequential Layer(Borders borders, int input, int output, int kernel, int stride = 1) =>
        Sequential(Convolution(borders, input, output, kernel, stride), InstanceNorm2d(output, eps: 1e-3, affine: true), ReLU());

    private static Sequential Convolution(Borders borders, int input, int output, int kernel, int stride)
    {
        int total = kernel - stride;
        Module<Tensor, Tensor> pad = borders == Borders.Reflection
            ? ReflectionPad2d(kernel / 2)
            : ZeroPad2d((total / 2, total - total / 2, total / 2, total - total / 2));
        return Sequential(pad, Conv2d(input, output, kernel, stride: stride, bias: false));
    }

    private static Sequential Up(Borders borders, Growth growth, int input, int output) => growth switch
    {
        Growth.Nearest => Sequential(Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest), Layer(borders, input, output, 3)),
        Growth.Transposed => Sequential(
            ConvTranspose2d(input, output, 3, stride: 2, padding: 1, output_padding: 1, bias: false), InstanceNorm2d(output, affine: true), ReLU()),
        Growth.TransposedAndCut => Sequential(
            ConvTranspose2d(input, output, 3, stride: 2, bias: false), new CutOff(0, 0, 1, 1), InstanceNorm2d(output, affine: true), ReLU()),
        _ => Sequential(Convolution(borders, input, 4 * output, 3, 1), PixelShuffle(2), InstanceNorm2d(output, affine: true), ReLU()),
    };

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Sequential body;
        private readonly Add add = new();

        public Block(Borders borders, int channels)
            : base(nameof(Block))
        {
            body = Sequential(Layer(borders, channels, channels, 3), Convolution(borders, channels, channels, 3, 1), InstanceNorm2d(channels, affine: true));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => add.call(input, body.call(input));
    }

    /// <summary>By reflection, below and on the right, to multiples of 4.</summary>
    private sealed class FillUp() : Module<Tensor, Tensor>(nameof(FillUp)), IOnnxConvertible
    {
        public override Tensor forward(Tensor input)
        {
            (long height, long width) = ((4 - input.shape[2] % 4) % 4, (4 - input.shape[3] % 4) % 4);
            return functional.pad(input, [0, width, 0, height], PaddingModes.Reflect);
        }

        public void ToOnnx(OnnxCall call)
        {
            OnnxValue four = call.Constant([4L]);
            OnnxValue missing = (four - call.Input().Shape().Slice(0, 2, 4).Node("Mod", four)).Node("Mod", four);
            OnnxValue pads = call.Concat(0, call.Constant([0L, 0, 0, 0, 0, 0]), missing);
            call.SetOutput(call.Node("Pad", [call.Input(), pads], ("mode", "reflect")));
        }
    }

    private sealed class CutTo() : Module<Tensor, Tensor, Tensor>(nameof(CutTo)), IOnnxConvertible
    {
        public override Tensor forward(Tensor input, Tensor like) => input[TensorIndex.Ellipsis, ..(int)like.shape[2], ..(int)like.shape[3]];

        public void ToOnnx(OnnxCall call) => call.SetOutput(call.Node(
            "Slice", [call.Input(), call.Constant([0L, 0]), call.Input(1).Shape().Slice(0, 2, 4), call.Constant([2L, 3])]));
    }

    private sealed class Blend() : Module<Tensor, Tensor, Tensor, Tensor>(nameof(Blend)), IOnnxConvertible
    {
        public override Tensor forward(Tensor picture, Tensor painted, Tensor strength) => picture + (painted - picture) * strength.reshape(-1, 1, 1, 1);

        public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input() + (call.Input(1) - call.Input()) * call.Input(2).Reshape(-1, 1, 1, 1));
    }
}

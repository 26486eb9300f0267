using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>Two 3×3 convolutions, the second one without ReLU, added to what went in.</summary>
internal sealed class ResidualBlock : Module<Tensor[], Tensor>
{
    private readonly ConvolutionBlock first, second;
    private readonly Add add = new();

    public ResidualBlock(StyleShape shape, int width)
        : base(nameof(ResidualBlock))
    {
        first = new(shape, width, width, kernel: 3, depthwise: shape.Depthwise);
        second = new(shape, width, width, kernel: 3, hasRelu: false, depthwise: shape.Depthwise);
        RegisterComponents();
    }

    public override Tensor forward(Tensor[] input)
    {
        Tensor[] style = input[1..];
        return add.call(input[0], second.call([first.call(input), .. style]));
    }
}

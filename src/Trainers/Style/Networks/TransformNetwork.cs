using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>
/// The network that paints in one pass: down to a quarter of the size, residual blocks, up again.
/// </summary>
/// <remarks>
/// In: float32 [N, 3, H, W], RGB, 0 to 255, H and W multiples of 4; with several styles also their weights [N, styles].
/// Out: float32 [N, 3, H, W], −22.5 to 277.5 (to be limited to 0 to 255).
/// Source: Johnson, Alahi and Fei-Fei 2016, supplementary material, table 1, with instance normalisation after every convolution, the last one included.
/// Several styles: Dumoulin, Shlens and Kudlur 2017, arXiv:1610.07629.
/// </remarks>
internal sealed class TransformNetwork : Module<Tensor[], Tensor>
{
    private readonly Scale toUnit = new(1 / 255.0);
    private readonly ConvolutionBlock first, half, quarter;
    private readonly ModuleList<StyledResidualBlock> residual;
    private readonly UpsamplingBlock toHalf, toFull;
    private readonly ConvolutionBlock last;
    private readonly Module<Tensor, Tensor> tanh = Tanh();
    private readonly Scale toPixels = new(150, 127.5);

    public TransformNetwork(StyleShape shape)
        : base(nameof(TransformNetwork))
    {
        Shape = shape;
        int[] widths = shape.Widths;
        first = new(shape, 3, widths[0], kernel: 9);
        half = new(shape, widths[0], widths[1], kernel: 3, stride: 2);
        quarter = new(shape, widths[1], widths[2], kernel: 3, stride: 2);
        residual = new([.. Enumerable.Range(0, StyleShape.ResidualBlocks).Select(_ => new StyledResidualBlock(shape, widths[2]))]);
        toHalf = new(shape, widths[2], widths[1]);
        toFull = new(shape, widths[1], widths[0]);
        last = new(shape, widths[0], 3, kernel: 9, hasRelu: false);
        RegisterComponents();
    }

    public StyleShape Shape { get; }

    /// <param name="input">Pictures; then, of a network of several styles, their weights.</param>
    public override Tensor forward(Tensor[] input)
    {
        Tensor[] style = input[1..];
        Tensor x = toUnit.call(input[0]);
        foreach (Module<Tensor[], Tensor> block in (Module<Tensor[], Tensor>[])[first, half, quarter, .. residual, toHalf, toFull, last])
            x = block.call([x, .. style]);
        return toPixels.call(tanh.call(x));
    }

    /// <summary>
    /// Before training: what the last normalisation makes of nothing in particular has a painting's colours, and not a neutral grey's extremes. Training then
    /// begins hundreds of times closer to its end.
    /// </summary>
    /// <param name="style">Which, from 0.</param>
    /// <param name="mean">Of the painting's red, green and blue, 0 to 255.</param>
    /// <param name="deviation">Likewise.</param>
    public void StartWithColors(int style, Tensor mean, Tensor deviation)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor at = (mean - 127.5) / 150;
        // The slope of tanh there.
        last.Normalization.Set(style, deviation / (150 * (1 - at * at)), at.atanh());
    }
}

/// <summary>What a transform network is built from.</summary>
/// <param name="Network">Which of them.</param>
/// <param name="Styles">How many paintings it knows.</param>
/// <param name="Upsampling">How it grows back to the picture's size.</param>
/// <param name="Padding">What lies beyond the edge.</param>
internal sealed record StyleShape(StyleNetwork Network, int Styles, StyleUpsampling Upsampling, StylePadding Padding)
{
    /// <summary>Height and width are halved twice: the network works on multiples of this.</summary>
    public const int Multiple = 4;

    /// <summary>Smaller pictures are mostly mirrored edge to a network that sees 9×9 pixels at a quarter of the size.</summary>
    public const int SmallestPicture = 32;

    public const double NormalizationEpsilon = 1e-3;

    /// <summary>Channels at full, half and quarter size.</summary>
    public int[] Widths => Network == StyleNetwork.Full ? [32, 64, 128] : [8, 16, 32];

    public const int ResidualBlocks = 5;

    public bool Depthwise => Network == StyleNetwork.Small;
}

/// <summary>Padding, convolution without bias, instance normalisation, ReLU.</summary>
internal sealed class ConvolutionBlock : Module<Tensor[], Tensor>
{
    private readonly Module<Tensor, Tensor> convolution;
    private readonly StyleNormalization normalization;
    private readonly Module<Tensor, Tensor>? relu;

    public ConvolutionBlock(StyleShape shape, int inputs, int outputs, int kernel, int stride = 1, bool hasRelu = true, bool depthwise = false)
        : base(nameof(ConvolutionBlock))
    {
        convolution = StyleConvolutions.Create(shape, inputs, outputs, kernel, stride, depthwise);
        normalization = new(outputs, shape.Styles);
        relu = hasRelu ? ReLU() : null;
        RegisterComponents();
    }

    public StyleNormalization Normalization => normalization;

    public override Tensor forward(Tensor[] input)
    {
        Tensor normal = normalization.call([convolution.call(input[0]), .. input[1..]]);
        return relu is null ? normal : relu.call(normal);
    }
}

/// <summary>Two 3×3 convolutions, the second one without ReLU, added to what went in.</summary>
internal sealed class StyledResidualBlock : Module<Tensor[], Tensor>
{
    private readonly ConvolutionBlock first, second;
    private readonly Add add = new();

    public StyledResidualBlock(StyleShape shape, int width)
        : base(nameof(StyledResidualBlock))
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

/// <summary>Twice the height and width, then instance normalisation and ReLU.</summary>
internal sealed class UpsamplingBlock : Module<Tensor[], Tensor>
{
    private readonly Module<Tensor, Tensor> grow;
    private readonly StyleNormalization normalization;
    private readonly Module<Tensor, Tensor> relu = ReLU();

    public UpsamplingBlock(StyleShape shape, int inputs, int outputs)
        : base(nameof(UpsamplingBlock))
    {
        grow = shape.Upsampling == StyleUpsampling.NearestConvolution
            ? Sequential(("nearest", Upsample(scale_factor: [2, 2])), ("convolution", StyleConvolutions.Create(shape, inputs, outputs, kernel: 3)))
            : StyleConvolutions.Transposed(shape, inputs, outputs);
        normalization = new(outputs, shape.Styles);
        RegisterComponents();
    }

    public override Tensor forward(Tensor[] input) => relu.call(normalization.call([grow.call(input[0]), .. input[1..]]));
}

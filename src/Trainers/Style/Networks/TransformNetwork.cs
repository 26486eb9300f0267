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
    private readonly ModuleList<ResidualBlock> residual;
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
        residual = new([.. Enumerable.Range(0, StyleShape.ResidualBlocks).Select(_ => new ResidualBlock(shape, widths[2]))]);
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

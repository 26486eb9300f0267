using MLNetGen.Export;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.SuperResolution;

/// <summary>A small picture to one <c>factor</c> times as wide and high.</summary>
/// <remarks>
/// In: float32 [N, 3, H, W], RGB, 0 to 255. Out: float32 [N, 3, factor·H, factor·W], about 0 to 255.
/// Source: Johnson, Alahi and Fei-Fei 2016, section 3.1 and the supplementary's table 2; arXiv:1603.08155. Edges repeat outwards, so that pictures of a
/// single pixel work and none get dark borders.
/// </remarks>
internal sealed class SuperResolutionNetwork : Module<Tensor, Tensor>
{
    public const int DefaultWidth = 64;

    private const int Blocks = 4;

    private readonly bool paper;
    private readonly int width;
    private readonly Sequential layers;
    private readonly Scale toPixels;
    private readonly Upsample enlarge;
    private readonly Add add = new();

    public SuperResolutionNetwork(SuperResolutionArchitecture architecture, int factor, int width = DefaultWidth)
        : base(nameof(SuperResolutionNetwork))
    {
        paper = architecture == SuperResolutionArchitecture.Paper;
        this.width = width;
        Conv2d last = Conv2d(width, 3, 9, padding: 4, padding_mode: PaddingModes.Replicate);
        List<Module<Tensor, Tensor>> stages = [new Scale(1 / 127.5, -1), .. Convolution(3, 9), ReLU()];
        for (int block = 0; block < Blocks; block++)
            stages.Add(new ResidualBlock(Convolution(width, 3), Convolution(width, 3)));
        for (int size = 1; size < factor; size *= 2)
            stages.AddRange([.. Doubling(), ReLU()]);
        stages.Add(last);
        if (paper)
        {
            stages.Add(Tanh());
            toPixels = new Scale(127.5, 127.5);
        }
        else
        {
            // Nothing is added before the first step: training starts at bicubic interpolation. 5,184 weights make one sum, and Adam moves all of them alike
            // at first: at a tenth of the range, its first steps do not throw the pictures away.
            init.zeros_(last.weight);
            init.zeros_(last.bias!);
            toPixels = new Scale(12.75);
        }
        layers = Sequential(stages);
        enlarge = Upsample(scale_factor: [factor, factor], mode: UpsampleMode.Bicubic, align_corners: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor pixels)
    {
        Tensor made = toPixels.call(layers.call(pixels));
        return paper ? made : add.call(enlarge.call(pixels), made);
    }

    // Same height and width.
    private Module<Tensor, Tensor>[] Convolution(int from, int size)
    {
        Conv2d convolution = Conv2d(from, width, size, padding: size / 2, padding_mode: PaddingModes.Replicate);
        return paper ? [convolution, BatchNorm2d(width)] : [convolution];
    }

    private Module<Tensor, Tensor>[] Doubling() => paper
        ? [ConvTranspose2d(width, width, 3, stride: 2, padding: 1, output_padding: 1), BatchNorm2d(width)]
        : [Upsample(scale_factor: [2, 2]), .. Convolution(width, 3)];
}

/// <summary>Two convolutions with a ReLU between them, added to what came in; no ReLU after the sum.</summary>
/// <remarks>In and out: float32 [N, C, H, W]. Source: Gross and Wilber 2016, as Johnson, Alahi and Fei-Fei 2016 use it (supplementary, figure 1).</remarks>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly Sequential layers;
    private readonly Add add = new();

    public ResidualBlock(Module<Tensor, Tensor>[] first, Module<Tensor, Tensor>[] second)
        : base(nameof(ResidualBlock))
    {
        layers = Sequential([.. first, ReLU(), .. second]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => add.call(x, layers.call(x));
}

using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>Padded convolutions without bias: what follows is normalised, and would take a bias away again.</summary>
internal static class StyleConvolutions
{
    // The source's own: tf.truncated_normal(stddev=.1), cut at two deviations, within which this share of a normal distribution lies.
    private const double Deviation = 0.1, Within = 0.954499736103642;

    public static Module<Tensor, Tensor> Create(StyleShape shape, int inputs, int outputs, int kernel, int stride = 1, bool depthwise = false)
    {
        Module<Tensor, Tensor> pad = Pad(shape.Padding, kernel, stride);
        return depthwise
            ? Sequential(("pad", pad), ("depthwise", Initialized(Conv2d(inputs, inputs, kernel, stride, groups: inputs, bias: false))), ("pointwise", Initialized(Conv2d(inputs, outputs, 1, bias: false))))
            : Sequential(("pad", pad), ("convolution", Initialized(Conv2d(inputs, outputs, kernel, stride, bias: false))));
    }

    /// <summary>The transpose of a 3×3 convolution of stride 2 with the same padding: of zeros, which mirroring has no transpose of.</summary>
    public static Module<Tensor, Tensor> Transposed(StyleShape shape, int inputs, int outputs) => shape.Padding == StylePadding.Reflection
        ? Sequential(("convolution", Initialized(ConvTranspose2d(inputs, outputs, 3, stride: 2, padding: 1, output_padding: 1, bias: false))))
        : Sequential(("convolution", Initialized(ConvTranspose2d(inputs, outputs, 3, stride: 2, bias: false))), ("trim", new TrimEdge()));

    private static Module<Tensor, Tensor> Pad(StylePadding padding, int kernel, int stride)
    {
        long around = kernel / 2;
        if (padding == StylePadding.Reflection)
            return ReflectionPad2d(around);
        // SAME on even sizes: kernel − stride in all, the odd one after.
        long before = (kernel - stride) / 2, after = kernel - stride - before;
        return ZeroPad2d((before, after, before, after));
    }

    private static Conv2d Initialized(Conv2d layer)
    {
        Draw(layer.weight!);
        return layer;
    }

    private static ConvTranspose2d Initialized(ConvTranspose2d layer)
    {
        Draw(layer.weight!);
        return layer;
    }

    private static void Draw(Tensor weight)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        // By the inverse of the normal distribution's integral: TorchSharp's own trunc_normal_ draws from another distribution.
        weight.copy_(rand(weight.shape).mul(2).sub(1).mul(Within).erfinv().mul(Math.Sqrt(2) * Deviation));
    }
}

/// <summary>Instance normalisation with a scale and a shift a channel: of its own a style, mixed by the styles' weights.</summary>
/// <remarks>
/// In: [N, C, H, W]; with several styles also their weights [N, styles]. Source: Ulyanov, Vedaldi and Lempitsky 2016, arXiv:1607.08022; of several styles,
/// "conditional instance normalisation", Dumoulin, Shlens and Kudlur 2017, arXiv:1610.07629, section 2.2 and, for mixing, equation 6.
/// </remarks>
internal sealed class StyleNormalization : Module<Tensor[], Tensor>, IOnnxConvertible
{
    private readonly InstanceNorm2d norm;
    private readonly Parameter? scale, shift;

    public StyleNormalization(int channels, int styles)
        : base(nameof(StyleNormalization))
    {
        norm = InstanceNorm2d(channels, StyleShape.NormalizationEpsilon, affine: styles == 1);
        if (styles > 1)
        {
            // The network outlives the run that it is made in.
            scale = new Parameter(ones(styles, channels).DetachFromDisposeScope());
            shift = new Parameter(zeros(styles, channels).DetachFromDisposeScope());
        }
        RegisterComponents();
    }

    public override Tensor forward(Tensor[] input)
    {
        Tensor normal = norm.call(input[0]);
        if (scale is null)
            return normal;
        return normal * Mixed(input[1], scale) + Mixed(input[1], shift!);
    }

    /// <summary>Sets a style's scale and shift.</summary>
    public void Set(int style, Tensor scales, Tensor shifts)
    {
        (scale is null ? norm.weight! : scale[style]).copy_(scales);
        (shift is null ? norm.bias! : shift[style]).copy_(shifts);
    }

    /// <summary>The same as ONNX nodes: keep the two beside each other.</summary>
    public void ToOnnx(OnnxCall call)
    {
        OnnxValue x = call.Input();
        if (scale is null)
        {
            call.SetOutput(call.Node("InstanceNormalization", [x, call.Weight(norm.weight!), call.Weight(norm.bias!)], ("epsilon", norm.eps)));
            return;
        }
        int channels = (int)norm.num_features;
        OnnxValue normal = call.Node("InstanceNormalization", [x, Filled(1), Filled(0)], ("epsilon", norm.eps));
        call.SetOutput(normal * Mix(scale) + Mix(shift!));

        OnnxValue Filled(float value) => call.Constant([.. Enumerable.Repeat(value, channels)], channels);

        OnnxValue Mix(Parameter rows) => call.Input(1).Node("MatMul", call.Weight(rows)).Reshape(0, channels, 1, 1);
    }

    private static Tensor Mixed(Tensor weights, Parameter rows) => weights.matmul(rows).unsqueeze(2).unsqueeze(3);
}

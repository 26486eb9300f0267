using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

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

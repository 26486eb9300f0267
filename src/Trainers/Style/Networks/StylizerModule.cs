using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>What the ONNX files hold: pictures of any size to painted ones of the same size, as strongly as asked.</summary>
/// <remarks>
/// In: <c>picture</c> float32 [N, 3, H, W], RGB, 0 to 255; <c>strength</c> [N], 0 (the picture itself) to 1 (the painting); with several styles,
/// <c>style</c> [N, styles], their weights. Out: float32 [N, 3, H, W], 0 to 255.
/// </remarks>
internal sealed class StylizerModule : Module<Tensor[], Tensor>
{
    // Names of its inputs in ONNX files.
    public const string Picture = "picture", Strength = "strength", Style = "style";

    private readonly PadToMultiple pad = new(StyleShape.Multiple);
    private readonly TransformNetwork network;
    private readonly CropLike crop = new();
    private readonly BlendByStrength blend = new();

    public StylizerModule(TransformNetwork network)
        : base(nameof(StylizerModule))
    {
        this.network = network;
        RegisterComponents();
    }

    public static string[] InputsOf(StyleShape shape) => shape.Styles == 1 ? [Picture, Strength] : [Picture, Strength, Style];

    public override Tensor forward(Tensor[] input)
    {
        Tensor painted = network.call([pad.call(input[0]), .. input[2..]]);
        return blend.call(input[0], crop.call(painted, input[0]), input[1]);
    }
}

/// <summary>The network as a saved pipeline holds it: a picture is its only input, strength and mixture are fixed.</summary>
/// <remarks>In and out: float32 [N, 3, H, W], RGB, 0 to 255.</remarks>
internal sealed class PipelineStylizer : Module<Tensor, Tensor>
{
    private readonly StylizerModule stylizer;
    private readonly FixedRow strength;
    private readonly FixedRow? style;

    public PipelineStylizer(StylizerModule stylizer, float strength, float[] mixture)
        : base(nameof(PipelineStylizer))
    {
        this.stylizer = stylizer;
        this.strength = new([strength], 1);
        style = mixture.Length == 1 ? null : new(mixture, 1, mixture.Length);
        RegisterComponents();
    }

    public override Tensor forward(Tensor picture)
    {
        Tensor[] mixture = style is null ? [] : [style.call(picture)];
        return stylizer.call([picture, strength.call(picture), .. mixture]);
    }
}

/// <summary>Mirrors a picture below and to the right until height and width are multiples of a number.</summary>
internal sealed class PadToMultiple(int multiple) : Module<Tensor, Tensor>(nameof(PadToMultiple)), IOnnxConvertible
{
    public override Tensor forward(Tensor x) => functional.pad(x, (0L, Missing(x.shape[3]), 0L, Missing(x.shape[2])), TorchSharp.PaddingModes.Reflect);

    /// <summary>The same as ONNX nodes: keep the two beside each other.</summary>
    public void ToOnnx(OnnxCall call)
    {
        OnnxValue x = call.Input();
        OnnxValue size = x.Shape().Slice(0, 2, 4), whole = call.Constant([(long)multiple, multiple]);
        OnnxValue missing = (whole - size.Node("Mod", whole)).Node("Mod", whole);
        OnnxValue pads = call.Concat(0, call.Constant([0, 0, 0, 0, 0, 0]), missing);
        call.SetOutput(call.Node("Pad", [x, pads], ("mode", "reflect")));
    }

    private long Missing(long length) => (multiple - length % multiple) % multiple;
}

/// <summary>The upper left part of a picture, of another one's height and width.</summary>
internal sealed class CropLike() : Module<Tensor, Tensor, Tensor>(nameof(CropLike)), IOnnxConvertible
{
    public override Tensor forward(Tensor picture, Tensor like) => picture.narrow(2, 0, like.shape[2]).narrow(3, 0, like.shape[3]);

    public void ToOnnx(OnnxCall call)
    {
        OnnxValue size = call.Input(1).Shape().Slice(0, 2, 4);
        call.SetOutput(call.Node("Slice", [call.Input(), call.Constant([0, 0]), size, call.Constant([2, 3])]));
    }
}

/// <summary>Leaves out the last row and column: what TensorFlow's <c>SAME</c> pads below and to the right, in its transpose.</summary>
internal sealed class TrimEdge() : Module<Tensor, Tensor>(nameof(TrimEdge)), IOnnxConvertible
{
    public override Tensor forward(Tensor x) => x.narrow(2, 0, x.shape[2] - 1).narrow(3, 0, x.shape[3] - 1);

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input().Slice(2, 0, -1).Slice(3, 0, -1));
}

/// <summary>picture + strength · (painted − picture), limited to 0 … 255; strength is a number a picture, [N].</summary>
internal sealed class BlendByStrength() : Module<Tensor, Tensor, Tensor, Tensor>(nameof(BlendByStrength)), IOnnxConvertible
{
    public override Tensor forward(Tensor picture, Tensor painted, Tensor strength) =>
        (picture + strength.reshape(-1, 1, 1, 1) * (painted.clamp(0, 255) - picture)).clamp(0, 255);

    public void ToOnnx(OnnxCall call)
    {
        OnnxValue picture = call.Input();
        call.SetOutput((picture + call.Input(2).Reshape(-1, 1, 1, 1) * (call.Input(1).Clip(0, 255) - picture)).Clip(0, 255));
    }
}

/// <summary>One row of numbers, [1, n] or [1], whatever goes in: an input of a network that a saved pipeline fixes.</summary>
internal sealed class FixedRow(float[] values, params long[] shape) : Module<Tensor, Tensor>(nameof(FixedRow)), IOnnxConvertible
{
    public override Tensor forward(Tensor x) => tensor(values, shape, device: x.device);

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Constant(values, shape));
}

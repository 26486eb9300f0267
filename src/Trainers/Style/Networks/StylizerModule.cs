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

using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>The network as a saved pipeline holds it: pixels of ML.NET's ExtractPixels to planes for its ConvertToImage, strength and styles fixed.</summary>
/// <remarks>In: float32 [N, 3, H, W], 0 to 255. Out: float32 [N, 4, H, W], whole numbers 0 to 255: alpha, red, green, blue.</remarks>
internal sealed class PipelineStylizer : Module<Tensor, Tensor>
{
    private readonly StylizerModule stylizer;
    private readonly FixedRow strength;
    private readonly FixedRow? style;
    private readonly Scale toUnit = new(1 / 255.0);
    private readonly PicturePlanes planes = new();

    public PipelineStylizer(StylizerModule stylizer, float strength, float[]? style)
        : base(nameof(PipelineStylizer))
    {
        this.stylizer = stylizer;
        this.strength = new([strength], 1);
        this.style = style is null ? null : new(style, 1, style.Length);
        RegisterComponents();
    }

    public override Tensor forward(Tensor picture)
    {
        Tensor[] mixed = style is null ? [] : [style.call(picture)];
        return planes.call(toUnit.call(stylizer.call([picture, strength.call(picture), .. mixed])));
    }
}

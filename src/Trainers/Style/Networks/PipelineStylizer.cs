using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

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

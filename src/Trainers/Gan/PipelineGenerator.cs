using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>
/// The generator inside a saved pipeline: standard normal z to the planes that ConvertToImage wants, and z handed on, whose
/// known length tells a loaded chain's latent dimension.
/// </summary>
internal sealed class PipelineGenerator : Module<Tensor, (Tensor Planes, Tensor Latent)>
{
    private readonly Module<Tensor, Tensor>? draw;
    private readonly Module<Tensor, Tensor> generator;
    private readonly Scale toUnit = new(0.5, 0.5);
    private readonly PicturePlanes planes = new();
    private readonly PassThrough passThrough = new();

    public PipelineGenerator(GanRecipe recipe, Module<Tensor, Tensor> generator)
        : base(nameof(PipelineGenerator))
    {
        draw = recipe.UniformLatent ? new NormalToUniform() : null;
        this.generator = generator;
        RegisterComponents();
    }

    public override (Tensor Planes, Tensor Latent) forward(Tensor latent) =>
        (planes.call(toUnit.call(generator.call(draw?.call(latent) ?? latent))), passThrough.call(latent));
}

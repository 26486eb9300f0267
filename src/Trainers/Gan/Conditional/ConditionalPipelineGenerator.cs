using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary><see cref="PipelineGenerator"/> for a generator of classes, with the one-hot row handed on too, whose length tells their number.</summary>
internal sealed class ConditionalPipelineGenerator : Module<Tensor, Tensor, (Tensor Planes, Tensor Latent, Tensor Classes)>
{
    private readonly Module<Tensor, Tensor>? draw;
    private readonly OneHotClass oneHot;
    private readonly Concat join = new();
    private readonly Module<Tensor, Tensor> generator;
    private readonly Scale toUnit = new(0.5, 0.5);
    private readonly PicturePlanes planes = new();
    private readonly PassThrough passThrough = new();

    public ConditionalPipelineGenerator(GanRecipe recipe, Module<Tensor, Tensor> generator)
        : base(nameof(ConditionalPipelineGenerator))
    {
        draw = recipe.UniformLatent ? new NormalToUniform() : null;
        oneHot = new(recipe.Shape.Classes);
        this.generator = generator;
        RegisterComponents();
    }

    public override (Tensor Planes, Tensor Latent, Tensor Classes) forward(Tensor latent, Tensor index)
    {
        Tensor classes = oneHot.call(index);
        return (planes.call(toUnit.call(generator.call(join.call([draw?.call(latent) ?? latent, classes])))), passThrough.call(latent), classes);
    }
}

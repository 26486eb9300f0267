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

/// <summary>A generator of classes, as its file has it: z and a class's index, [N, 1], to pixels in [0, 1].</summary>
internal sealed class ConditionalGenerator : Module<Tensor, Tensor, Tensor>
{
    private readonly OneHotClass oneHot;
    private readonly Concat join = new();
    private readonly Module<Tensor, Tensor> generator;
    private readonly Scale toUnit = new(0.5, 0.5);

    public ConditionalGenerator(GanRecipe recipe, Module<Tensor, Tensor> generator)
        : base(nameof(ConditionalGenerator))
    {
        oneHot = new(recipe.Shape.Classes);
        this.generator = generator;
        RegisterComponents();
    }

    public override Tensor forward(Tensor latent, Tensor index) => toUnit.call(generator.call(join.call([latent, oneHot.call(index)])));
}

/// <summary>A logit a class, [N, classes], to the largest of them, [N, 1]: how real a picture is as one of the class that suits it best.</summary>
internal sealed class LargestLogit() : Module<Tensor, Tensor>(nameof(LargestLogit)), IOnnxConvertible
{
    public override Tensor forward(Tensor logits) => logits.amax([1L], keepdim: true);

    public void ToOnnx(OnnxCall call) => call.SetOutput(call.Input().ReduceMax([1]));
}

/// <summary>Standard normal draws to uniform ones in [−1, 1]: 2Φ(z) − 1 = erf(z/√2), so that one latent sampler serves every network.</summary>
internal sealed class NormalToUniform() : Module<Tensor, Tensor>(nameof(NormalToUniform)), IOnnxConvertible
{
    public override Tensor forward(Tensor latent) => (latent / Math.Sqrt(2)).erf_();

    public void ToOnnx(OnnxCall call) => call.SetOutput((call.Input() / Math.Sqrt(2)).Node("Erf"));
}

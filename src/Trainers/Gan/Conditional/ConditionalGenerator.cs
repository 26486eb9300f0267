using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

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

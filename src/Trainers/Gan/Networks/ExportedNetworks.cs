using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

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

/// <summary>A GAN's networks as files hold them.</summary>
/// <param name="recipe">What they were built to.</param>
/// <param name="generator">z → [−1, 1].</param>
/// <param name="discriminator">[−1, 1] → a logit.</param>
internal sealed class ExportedGan(GanRecipe recipe, Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator) : IDisposable
{
    private readonly Scale toUnit = new(0.5, 0.5), fromUnit = new(2, -1);
    private readonly Module<Tensor, Tensor> oneHot = new OneHotClass(recipe.Shape.Classes), toUniform = new NormalToUniform(),
        largest = new LargestLogit(), sigmoid = Sigmoid(), planes = new PicturePlanes(), handOn = new PassThrough();
    private readonly Concat beside = new();

    /// <summary>z, and a class's index [N, 1] where there are classes, to pixels in [0, 1].</summary>
    public ExportableModule Generator => ExportableModule.FromFunction(x => [Pixels(x[0], OneHot(x))], generator, toUnit, beside, oneHot);

    /// <summary>
    /// Standard normal z, and the index, to planes; z is handed on, and the class's row: their known lengths tell a loaded chain the latent dimension and the number of classes.
    /// </summary>
    public ExportableModule PipelineGenerator => ExportableModule.FromFunction(
        x =>
        {
            Tensor z = recipe.UniformLatent ? toUniform.call(x[0]) : x[0];
            Tensor? row = OneHot(x);
            Tensor colours = planes.call(Pixels(z, row)), latent = handOn.call(x[0]);
            return row is null ? [colours, latent] : [colours, latent, row];
        },
        generator, toUnit, beside, oneHot, toUniform, planes, handOn);

    /// <summary>Pixels in [0, 1] to a probability.</summary>
    public ExportableModule Discriminator => ExportableModule.FromFunction(
        x =>
        {
            Tensor logits = discriminator.call(fromUnit.call(x[0]));
            return [sigmoid.call(recipe.Shape.Classes > 0 ? largest.call(logits) : logits)];
        },
        fromUnit, discriminator, largest, sigmoid);

    public void Dispose()
    {
        foreach (Module layer in (Module[])[toUnit, fromUnit, oneHot, toUniform, largest, sigmoid, planes, handOn, beside]) layer.Dispose();
    }

    private Tensor? OneHot(Tensor[] inputs) => recipe.Shape.Classes > 0 ? oneHot.call(inputs[1]) : null;

    private Tensor Pixels(Tensor z, Tensor? row) => toUnit.call(generator.call(row is null ? z : beside.call([z, row])));
}

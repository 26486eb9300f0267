using System.Globalization;
using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>A GAN's ONNX files.</summary>
internal sealed class DcganOnnxFiles : OnnxBundle
{
    private const string GeneratorName = "generator.onnx", DiscriminatorName = "discriminator.onnx";
    private const string PipelineGeneratorName = "pipeline-generator.onnx", PipelineDiscriminatorName = "pipeline-discriminator.onnx";

    private readonly GanRecipe recipe;

    private DcganOnnxFiles(GanRecipe recipe, string? checkpoint, string? temporary)
        : base("gan", temporary, OnnxFile.WeightsIn(checkpoint), GeneratorName, DiscriminatorName) => this.recipe = recipe;

    /// <summary>z → pixels in [0, 1].</summary>
    public string Generator => PathOf(GeneratorName);

    /// <summary>Pixels in [0, 1] → the probability that they are a real picture's.</summary>
    public string Discriminator => PathOf(DiscriminatorName);

    /// <summary>The generator as the pipeline holds it: standard normal z → planes for ConvertToImage.</summary>
    public string PipelineGenerator => PathOf(PipelineGeneratorName);

    /// <summary>The discriminator as the pipeline holds it.</summary>
    public string PipelineDiscriminator => PathOf(PipelineDiscriminatorName);

    /// <summary>The greatest difference between a file and its module, by absolute value.</summary>
    public double Parity { get; private set; }

    protected override IEnumerable<KeyValuePair<string, string>> Metadata =>
    [
        new("network", recipe.Network.ToString()),
        new("latentDimension", recipe.Shape.LatentDimension.ToString(CultureInfo.InvariantCulture)),
        new("pixelRange", "0,1"),
        .. recipe.Shape.Classes > 0 ? [new("classes", string.Join('\n', recipe.ClassNames))] : (KeyValuePair<string, string>[])[],
    ];

    /// <summary>Writes all files and holds them against the modules, in ONNX Runtime.</summary>
    /// <param name="recipe">What they were built to.</param>
    /// <param name="generator">z → [−1, 1].</param>
    /// <param name="discriminator">[−1, 1] → a logit.</param>
    /// <param name="checkpoint">Where the weights are kept, to say so; null where they are not.</param>
    /// <param name="temporary">Where the files lie; see <see cref="OnnxBundle"/>.</param>
    /// <exception cref="InvalidOperationException">The files do not compute what the modules do.</exception>
    public static DcganOnnxFiles Export(GanRecipe recipe, Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, string? checkpoint = null, string? temporary = null) =>
        Written(new DcganOnnxFiles(recipe, checkpoint, temporary), files => files.Write(generator, discriminator));

    private void Write(Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator)
    {
        using var scope = NewDisposeScope();
        Tensor latent = zeros(1, recipe.Shape.LatentDimension), pixels = zeros(1, recipe.Shape.Channels, recipe.Shape.Size, recipe.Shape.Size);
        bool conditional = recipe.Shape.Classes > 0;
        Tensor[] drawn = conditional ? [latent, zeros(1, 1)] : [latent];
        // A random index is in [0, 1): the first two classes at most. So every class once, besides.
        int classes = recipe.Shape.Classes;
        Tensor[]? ofEveryClass = conditional
            ? [tensor(LatentNoise.Rows(0, classes, recipe.Shape.LatentDimension), [classes, recipe.Shape.LatentDimension]), arange(classes, float32).unsqueeze(1)]
            : null;
        string[] draw = conditional ? [DcganColumns.Latent, DcganColumns.Class] : [DcganColumns.Latent];
        Module<Tensor, Tensor>[] judge = [new Scale(2, -1), discriminator, .. conditional ? [new LargestLogit()] : (Module<Tensor, Tensor>[])[], Sigmoid()];
        double drawing = Write(
            conditional ? (ExportableModule)new ConditionalGenerator(recipe, generator) : new Layers(generator, new Scale(0.5, 0.5)), drawn, GeneratorName, draw, [DcganColumns.OnnxPixels], also: ofEveryClass);
        double judging = Write(new Layers(judge), [pixels], DiscriminatorName, [DcganColumns.OnnxPixels], [DcganColumns.Realness], scale: 1);
        Parity = Math.Max(drawing, judging);
        if (conditional)
            Write(new ConditionalPipelineGenerator(recipe, generator), drawn, PipelineGeneratorName, draw, [DcganColumns.Planes, DcganColumns.HandedOnBy(recipe.Averaged), DcganColumns.ClassesHandedOn], OnnxFile.OneLevel, also: ofEveryClass);
        else
            Write(new PipelineGenerator(recipe, generator), drawn, PipelineGeneratorName, draw, [DcganColumns.Planes, DcganColumns.HandedOnBy(recipe.Averaged)], OnnxFile.OneLevel);
        Write(new Layers(judge), [pixels], PipelineDiscriminatorName, [DcganColumns.Pixels], [DcganColumns.Realness], scale: 1);

        double Write(ExportableModule module, Tensor[] example, string name, string[] inputs, string[] outputs, double tolerance = OnnxFile.Tolerance, double scale = 0, Tensor[]? also = null) =>
            this.Write(module, example, name, new OnnxExportOptions
            {
                ModelName = Path.GetFileNameWithoutExtension(name),
                InputNames = inputs,
                OutputNames = outputs,
                Metadata = new Dictionary<string, string> { ["latent"] = recipe.UniformLatent && name == GeneratorName ? "uniform -1,1" : "normal 0,1" },
            }, tolerance, scale, also);
    }

    /// <summary>Layers one after the other, borrowed: they stay their owner's, and where they are.</summary>
    private sealed class Layers : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor>[] layers;

        public Layers(params Module<Tensor, Tensor>[] layers)
            : base(nameof(Layers))
        {
            this.layers = layers;
            for (int i = 0; i < layers.Length; i++)
                register_module(i.ToString(CultureInfo.InvariantCulture), layers[i]);
        }

        public override Tensor forward(Tensor input) => layers.Aggregate(input, (x, layer) => layer.call(x));
    }
}

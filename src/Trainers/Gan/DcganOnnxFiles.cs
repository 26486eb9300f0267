using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>A GAN's ONNX files, and the chains of ML.NET's own transformers around them, which save and load without this library.</summary>
internal sealed class DcganOnnxFiles : OnnxBundle
{
    private const string GeneratorName = "generator.onnx", DiscriminatorName = "discriminator.onnx";
    private const string PipelineGeneratorName = "pipeline-generator.onnx", PipelineDiscriminatorName = "pipeline-discriminator.onnx";

    private readonly GanRecipe recipe;
    private readonly string[] drawnFrom, drawn;

    private DcganOnnxFiles(GanRecipe recipe, string? checkpoint, string? temporary)
        : base("gan", temporary, OnnxFile.WeightsIn(checkpoint), GeneratorName, DiscriminatorName)
    {
        this.recipe = recipe;
        (drawnFrom, drawn) = recipe.Shape.Classes > 0
            ? ([DcganColumns.Latent, DcganColumns.Class], [DcganColumns.Planes, DcganColumns.HandedOnBy(recipe.Averaged), DcganColumns.ClassesHandedOn])
            : ((string[])[DcganColumns.Latent], (string[])[DcganColumns.Planes, DcganColumns.HandedOnBy(recipe.Averaged)]);
    }

    /// <summary>z, and a class's index [N, 1] where there are classes → pixels in [0, 1].</summary>
    public string Generator => PathOf(GeneratorName);

    /// <summary>Pixels in [0, 1] → the probability that they are a real picture's.</summary>
    public string Discriminator => PathOf(DiscriminatorName);

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

    /// <summary>Pictures to how real they look.</summary>
    public TransformerChain<ITransformer> Judge(MLContext context, PictureInput column, DataViewSchema input, int threads) => new(column.ToPixels()
        .Append(OnnxStage.Of(context, PathOf(PipelineDiscriminatorName), [DcganColumns.Pixels], [DcganColumns.Realness], threads))
        .Append(context.Transforms.DropColumns(column.Intermediate))
        .Fit(new EmptyView(input)));

    /// <summary>Latent vectors to pictures.</summary>
    public TransformerChain<ITransformer> Draw(MLContext context, int threads) => new(OnnxStage.Of(context, PathOf(PipelineGeneratorName), drawnFrom, drawn, threads)
        .Append(PictureStage.Of(context, recipe.Shape.Size, recipe.Shape.Size, DcganColumns.Image, DcganColumns.Planes))
        .Append(context.Transforms.DropColumns(drawn))
        .Fit(EmptyView.OfVectors(drawnFrom)));

    private void Write(Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator)
    {
        using var scope = NewDisposeScope();
        (int dimension, int classes) = (recipe.Shape.LatentDimension, recipe.Shape.Classes);
        using Scale toUnit = new(0.5, 0.5), fromUnit = new(2, -1);
        using Module<Tensor, Tensor> oneHot = new OneHotClass(classes), toUniform = new NormalToUniform(), largest = new LargestLogit(), sigmoid = Sigmoid(), planes = new PicturePlanes(), handOn = new PassThrough();
        using Concat beside = new();

        Tensor Pixels(Tensor z, Tensor? row) => toUnit.call(generator.call(row is null ? z : beside.call([z, row])));
        ExportableModule draw = ExportableModule.FromFunction(x => [Pixels(x[0], classes > 0 ? oneHot.call(x[1]) : null)], generator, toUnit, beside, oneHot);
        // z is handed on, and the row: their known lengths tell a loaded chain the latent dimension and the number of classes.
        ExportableModule drawInPipeline = ExportableModule.FromFunction(
            x =>
            {
                Tensor z = recipe.UniformLatent ? toUniform.call(x[0]) : x[0];
                Tensor? row = classes > 0 ? oneHot.call(x[1]) : null;
                Tensor colours = planes.call(Pixels(z, row)), latent = handOn.call(x[0]);
                return row is null ? [colours, latent] : [colours, latent, row];
            },
            generator, toUnit, beside, oneHot, toUniform, planes, handOn);
        ExportableModule judge = ExportableModule.FromFunction(
            x => [sigmoid.call(classes > 0 ? largest.call(discriminator.call(fromUnit.call(x[0]))) : discriminator.call(fromUnit.call(x[0])))], fromUnit, discriminator, largest, sigmoid);

        Tensor[] latent = [zeros(1, dimension)], pixels = [zeros(1, recipe.Shape.Channels, recipe.Shape.Size, recipe.Shape.Size)];
        // A random index is in [0, 1): the first two classes at most. So every class once, besides.
        Tensor[]? ofEveryClass = classes == 0 ? null
            : [tensor(LatentNoise.Rows(0, classes, dimension), [classes, dimension]), arange(classes, float32).unsqueeze(1)];
        if (classes > 0)
            latent = [.. latent, zeros(1, 1)];
        double drawing = Write(draw, latent, GeneratorName, drawnFrom, [DcganColumns.OnnxPixels], also: ofEveryClass);
        double judging = Write(judge, pixels, DiscriminatorName, [DcganColumns.OnnxPixels], [DcganColumns.Realness], scale: 1);
        Parity = Math.Max(drawing, judging);
        Write(drawInPipeline, latent, PipelineGeneratorName, drawnFrom, drawn, OnnxFile.OneLevel, also: ofEveryClass);
        Write(judge, pixels, PipelineDiscriminatorName, [DcganColumns.Pixels], [DcganColumns.Realness], scale: 1);

        double Write(ExportableModule module, Tensor[] example, string name, string[] inputs, string[] outputs, double tolerance = OnnxFile.Tolerance, double scale = 0, Tensor[]? also = null) =>
            this.Write(module, example, name, new OnnxExportOptions
            {
                ModelName = Path.GetFileNameWithoutExtension(name),
                InputNames = inputs,
                OutputNames = outputs,
                Metadata = new Dictionary<string, string> { ["latent"] = recipe.UniformLatent && name == GeneratorName ? "uniform -1,1" : "normal 0,1" },
            }, tolerance, scale, also);
    }
}

/// <summary>The columns of a GAN's pipelines, and the names of the ONNX nodes that carry them.</summary>
internal static class DcganColumns
{
    // What a user sees.
    public const string Latent = "Latent";
    public const string Class = LatentRows.ClassColumnName;
    public const string Image = "Image";
    public const string Realness = "Realness";

    // Dropped at the end of the pipeline.
    public const string Pixels = NetworkInput.Pixels;
    public const string Planes = "mlnetgen.planes";

    // z handed on; its name tells a loaded chain whether its weights are averaged.
    public const string HandedOn = "mlnetgen.latent";
    public const string HandedOnLive = "mlnetgen.latent.live";
    public const string ClassesHandedOn = "mlnetgen.classes";

    // The nodes of the files for other ONNX consumers, where they differ.
    public const string OnnxPixels = "pixels";

    public static string HandedOnBy(bool averaged) => averaged ? HandedOn : HandedOnLive;
}

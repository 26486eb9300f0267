using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>The columns of a GAN's pipelines, and the names of the ONNX nodes that carry them.</summary>
internal static class DcganColumns
{
    // What a user sees.
    public const string Latent = "Latent", Class = LatentRows.ClassColumnName, Image = "Image", Realness = "Realness";

    // Dropped at the end of the pipeline. The name of z handed on tells a loaded chain whether its weights are averaged.
    public const string Pixels = NetworkInput.Pixels, Planes = "mlnetgen.planes", ClassesHandedOn = "mlnetgen.classes";

    public static string HandedOnBy(bool averaged) => averaged ? "mlnetgen.latent" : "mlnetgen.latent.live";
}

/// <summary>A GAN's ONNX files, and the chains of ML.NET's own transformers around them, which save and load without this library.</summary>
internal static class DcganPipeline
{
    /// <summary>z, and a class's index [N, 1] where there are classes → pixels in [0, 1].</summary>
    public const string GeneratorFile = "generator.onnx";

    /// <summary>Pixels in [0, 1] → the probability that they are a real picture's.</summary>
    public const string DiscriminatorFile = "discriminator.onnx";

    private const string DrawingFile = "pipeline-generator.onnx", JudgingFile = "pipeline-discriminator.onnx";

    /// <summary>Writes all files and holds them against the modules, in ONNX Runtime.</summary>
    /// <param name="recipe">What they were built to.</param>
    /// <param name="generator">z → [−1, 1].</param>
    /// <param name="discriminator">[−1, 1] → a logit.</param>
    /// <param name="options">Say where the trained weights are, for when a file is wrong, and where the files lie.</param>
    /// <exception cref="InvalidOperationException">The files do not compute what the modules do.</exception>
    public static OnnxFiles Export(GanRecipe recipe, Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, TrainingOptions options)
    {
        using var scope = NewDisposeScope();
        int dimension = recipe.Shape.LatentDimension;
        ClassIndex index = new(recipe.ClassNames);
        using ExportedGan exported = new(recipe, generator, discriminator);
        Tensor[] latent = [zeros(1, dimension), .. index.Example], pixels = [zeros(1, recipe.Shape.Channels, recipe.Shape.Size, recipe.Shape.Size)];
        Tensor[]? ofEveryClass = index.OfEvery(count => LatentNoise.Of(0, count, dimension, CPU));
        const string PixelsNode = "pixels";
        Dictionary<string, string> normal = new() { ["latent"] = "normal 0,1" };
        return OnnxFiles.Export("gan", options,
            metadata: [new("network", $"{recipe.Network}"), new("latentDimension", $"{dimension}"), new("pixelRange", "0,1"), .. index.Metadata],
            published:
            [
                new(GeneratorFile, "generator", exported.Generator, latent, DrawnFrom(recipe), [PixelsNode])
                {
                    Also = ofEveryClass,
                    Metadata = recipe.UniformLatent ? new Dictionary<string, string> { ["latent"] = "uniform -1,1" } : normal,
                },
                new(DiscriminatorFile, "discriminator", exported.Discriminator, pixels, [PixelsNode], [DcganColumns.Realness]) { Scale = 1, Metadata = normal },
            ],
            pipeline:
            [
                new(DrawingFile, "pipeline-generator", exported.PipelineGenerator, latent, DrawnFrom(recipe),
                    [DcganColumns.Planes, DcganColumns.HandedOnBy(recipe.Averaged), .. index.Columns(DcganColumns.ClassesHandedOn)])
                {
                    Tolerance = OnnxFile.OneLevel,
                    Also = ofEveryClass,
                    Metadata = normal,
                },
                new(JudgingFile, "pipeline-discriminator", exported.Discriminator, pixels, [DcganColumns.Pixels], [DcganColumns.Realness]) { Scale = 1, Metadata = normal },
            ]);
    }

    /// <summary>The greatest difference between a published file and its module, by absolute value.</summary>
    public static double ParityOf(OnnxFiles files) => Math.Max(files.ParityOf(GeneratorFile), files.ParityOf(DiscriminatorFile));

    /// <summary>Pictures to how real they look.</summary>
    public static TransformerChain<ITransformer> Judge(MLContext context, OnnxFiles files, PictureInput column, DataViewSchema input, int threads) =>
        files.Chain(context, column.ToPixels(), toOutputs: null, input, threads, only: JudgingFile);

    /// <summary>Latent vectors to pictures.</summary>
    public static TransformerChain<ITransformer> Draw(MLContext context, OnnxFiles files, GanRecipe recipe, int threads) => files.Chain(
        context, toInputs: null, PictureStage.Of(context, recipe.Shape.Size, recipe.Shape.Size, DcganColumns.Image, DcganColumns.Planes),
        EmptyView.OfVectors(DrawnFrom(recipe)).Schema, threads, only: DrawingFile);

    private static string[] DrawnFrom(GanRecipe recipe) => [DcganColumns.Latent, .. new ClassIndex(recipe.ClassNames).Columns(DcganColumns.Class)];
}

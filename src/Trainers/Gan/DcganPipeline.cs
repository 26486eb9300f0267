using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Gan;

/// <summary>The chains that a GAN's pipelines are made of: ML.NET's own transformers alone, so that they save and load without this library.</summary>
internal static class DcganPipeline
{
    /// <summary>Pictures to how real they look.</summary>
    public static TransformerChain<ITransformer> Judge(MLContext context, PictureInput column, DcganOnnxFiles files, DataViewSchema input, int threads)
    {
        IEstimator<ITransformer> chain = column.ToPixels()
            .Append(OnnxStage.Of(context, files.PipelineDiscriminator, [DcganColumns.Pixels], [DcganColumns.Realness], threads))
            .Append(context.Transforms.DropColumns(column.Intermediate));
        return new TransformerChain<ITransformer>(chain.Fit(new EmptyView(input)));
    }

    /// <summary>Latent vectors to pictures.</summary>
    public static TransformerChain<ITransformer> Draw(MLContext context, GanRecipe recipe, DcganOnnxFiles files, int threads)
    {
        GanShape shape = recipe.Shape;
        string[] inputs = shape.Classes > 0 ? [DcganColumns.Latent, DcganColumns.Class] : [DcganColumns.Latent];
        string[] dropped = [DcganColumns.Planes, DcganColumns.HandedOnBy(recipe.Averaged), .. shape.Classes > 0 ? [DcganColumns.ClassesHandedOn] : (string[])[]];
        IEstimator<ITransformer> chain = OnnxStage.Of(context, files.PipelineGenerator, inputs, dropped, threads)
            .Append(PictureStage.Of(context, shape.Size, shape.Size, DcganColumns.Image, DcganColumns.Planes))
            .Append(context.Transforms.DropColumns(dropped));
        return new TransformerChain<ITransformer>(chain.Fit(EmptyView.OfVectors(inputs)));
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

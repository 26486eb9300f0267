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

using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.AlexNet;

/// <summary>The chain that a classifier's pipeline is: ML.NET's own transformers alone, so that it saves and loads without this library.</summary>
internal static class AlexNetPipeline
{
    public static string[] NetworkOutputs(bool top, bool features) =>
        [AlexNetColumns.Score, AlexNetColumns.Best, .. top ? [AlexNetColumns.TopScores, AlexNetColumns.Top] : (string[])[], .. features ? [AlexNetColumns.Features] : (string[])[]];

    public static TransformerChain<ITransformer> Whole(
        MLContext context, PictureInput column, AlexNetOnnxFiles files, ClassList classes, AlexNetTrainer.Options options, DataViewSchema input, int threads)
    {
        bool top = options.TopK > 0;
        IEstimator<ITransformer> chain = column.ToPixels()
            .Append(OnnxStage.Of(context, files.Pipeline, [AlexNetColumns.Pixels], NetworkOutputs(top, options.OutputFeatures), threads))
            .Append(ScalarKey.Of(context, AlexNetColumns.PredictedLabel, AlexNetColumns.Best, classes));
        if (top)
            chain = chain.Append(ClassValues.OfPlaces(context, AlexNetColumns.TopLabels, AlexNetColumns.Top, classes));
        chain = chain.Append(context.Transforms.DropColumns([.. column.Intermediate, AlexNetColumns.Best, .. top ? [AlexNetColumns.Top] : (string[])[]]));
        return new TransformerChain<ITransformer>(chain.Fit(new EmptyView(input)));
    }
}

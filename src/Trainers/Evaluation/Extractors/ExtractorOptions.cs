using Microsoft.ML;

namespace MLNetGen.Evaluation;

/// <summary>How extractors of our own are made: all that is chosen is their seed.</summary>
internal sealed class ExtractorOptions : TrainingOptions
{
    public static TrainingSession Begin(MLContext context, int seed) => TrainingSession.Begin(context, "features", new ExtractorOptions { Seed = seed });
}

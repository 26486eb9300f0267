using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNetGen.Evaluation;

/// <summary>All metrics of two sets of pictures.</summary>
internal static class PictureEvaluation
{
    private const double Sure = 0.9;

    public static GenerativeMetrics Evaluate(MLContext context, IDataView real, IDataView generated, string imageColumnName, FeatureExtractor extractor)
    {
        using var scope = NewDisposeScope();
        GenerativeMetrics metrics = Evaluate(Read(extractor, real, imageColumnName, "real"), Read(extractor, generated, imageColumnName, "generated"), extractor);
        FeatureEvaluation.Warn(context, metrics);
        return metrics;
    }

    /// <summary>The same of what <see cref="Read"/> gave; warns of nothing.</summary>
    public static GenerativeMetrics Evaluate(Tensor[] real, Tensor[] generated, FeatureExtractor extractor)
    {
        using var scope = NewDisposeScope();
        GenerativeMetrics metrics = FeatureEvaluation.Evaluate(real[0], generated[0], extractor.Description) with { FeaturesHash = extractor.Hash, FeaturesCaveat = extractor.Caveat };
        return real.Length == 1 ? metrics : metrics with { Classes = Cover(extractor, real[1], generated[1]) };
    }

    /// <summary>Features [rows, features], and probabilities [rows, classes] where the extractor is a classifier.</summary>
    public static Tensor[] Read(FeatureExtractor extractor, IDataView rows, string imageColumnName, string which)
    {
        return FeatureColumn.Read(extractor.Transform(rows, imageColumnName), extractor.ColumnNames, which);
    }

    private static ClassCoverage Cover(FeatureExtractor extractor, Tensor real, Tensor generated)
    {
        long[] taken = generated.argmax(1).data<long>().ToArray();
        double[] shares = [.. extractor.Classes.Select((_, k) => taken.Count(c => c == k) / (double)taken.Length)];
        return new ClassCoverage
        {
            ClassCount = shares.Length,
            RecognizedCount = shares.Count(share => share > 0),
            Shares = extractor.Classes.Zip(shares).ToDictionary(pair => pair.First, pair => pair.Second),
            LargestShare = shares.Max(),
            ConfidentShare = ShareSure(generated),
            RealConfidentShare = ShareSure(real),
            ClassifierAccuracy = extractor.Accuracy,
        };
    }

    private static double ShareSure(Tensor probabilities) => (probabilities.amax([1]) > Sure).to_type(ScalarType.Float64).mean().item<double>();
}

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
        string[] columns = extractor.ProbabilitiesColumnName is { } probabilities
            ? [FeatureExtractor.FeaturesColumnName, probabilities]
            : [FeatureExtractor.FeaturesColumnName];
        Tensor[] a = FeatureColumn.Read(extractor.Transform(real, imageColumnName), columns, "real");
        Tensor[] b = FeatureColumn.Read(extractor.Transform(generated, imageColumnName), columns, "generated");
        GenerativeMetrics metrics = FeatureEvaluation.Evaluate(context, a[0], b[0], extractor.Description);
        return columns.Length == 1 ? metrics : metrics with { Classes = Cover(extractor, a[1], b[1]) };
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

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Evaluation;

/// <summary>Random filters, every one of their features standardised over the rows, projected at random to 64, which are standardised again.</summary>
internal static class RandomProjectionFitting
{
    private const int MostRows = 5000, BatchSize = 128;

    // Against dividing by nothing where a feature is constant in all rows, such as a digit's border. Filters have length 1.
    private const double LeastDeviation = 1e-3;

    public static void Write(MLContext context, IDataView rows, string imageColumnName, int seed, int imageSize, string path)
    {
        PictureColumn.Check(rows, imageColumnName);
        using TrainingSession session = ExtractorOptions.Begin(context, seed);
        using var noGradient = no_grad();
        PictureInput column = PictureInput.Decide(
            context, rows, imageColumnName, imageSize, 0, ImageResizingEstimator.ResizingKind.IsoCrop, size => Math.Max(size, RandomFilters.LeastSize));
        using BatchFeed pictures = new(column.Read(rows, CancellationToken.None), column.Scale, torch.device("cpu"));
        if (pictures.Count < 2)
            throw new ArgumentException($"there is {pictures.Count} picture in column '{imageColumnName}'; what features vary by takes at least 2: give more rows.");
        long[] order = session.OrderOf(pictures.Count, 0)[..(int)Math.Min(MostRows, pictures.Count)];

        RandomFilters filters = new(column.Channels, column.Height);
        Tensor features = Features(filters, pictures, order).to_type(ScalarType.Float64);
        Tensor mean = features.mean([0]), deviation = features.std([0]) + LeastDeviation;
        Tensor projection = randn(filters.FeatureCount, FeatureExtractor.OwnFeatureCount, dtype: ScalarType.Float64) * BlockWeights(filters);
        Tensor projected = ((features - mean) / deviation).matmul(projection);
        Tensor unit = projected.std([0]) + LeastDeviation;

        // (((x − mean) / deviation) · projection − projected mean, which is 0) / unit, as one layer.
        Tensor weight = projection / deviation.unsqueeze(1) / unit;
        Linear last = Linear(filters.FeatureCount, FeatureExtractor.OwnFeatureCount);
        last.weight.copy_(weight.t());
        last.bias!.copy_(-mean.matmul(weight));
        string description = string.Create(CultureInfo.InvariantCulture, $"random projections (seed {seed}, standardised on {order.Length:N0} pictures)");
        ExtractorModel.Write(Sequential(filters, last), column.Shape, path, description);
        session.Info($"feature extractor: {description}.");
    }

    private static Tensor Features(RandomFilters filters, BatchFeed pictures, long[] order)
    {
        List<Tensor> parts = [];
        for (long start = 0; start < order.Length; start += BatchSize)
        {
            using DisposeScope scope = NewDisposeScope();
            parts.Add(filters.call(pictures.Batch(order, start, BatchSize)).MoveToOuterDisposeScope());
        }
        return cat(parts);
    }

    // Every scale and grid counts the same, however many features it has: [features, 1].
    private static Tensor BlockWeights(RandomFilters filters) =>
        cat([.. filters.Blocks.Select(count => full(count, 1, 1 / Math.Sqrt(count), dtype: ScalarType.Float64))]);
}

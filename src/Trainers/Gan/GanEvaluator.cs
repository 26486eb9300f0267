using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Evaluation;
using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>Judges the averaged generator by rows that were held out, while it learns: always by the same extractor and z.</summary>
internal sealed class GanEvaluator : IDisposable
{
    private const string LabelColumn = "Label";

    /// <summary>Pictures of either kind that a trained generator is judged by at most: twice ResNet-18's features.</summary>
    public const int MaxPictures = 1024;

    // While it trains, for the kernel distance alone: it hardly depends on their number, and ResNet-18 takes its time.
    private const int MaxPicturesInTraining = 256, Batch = 64;

    private readonly MLContext context;
    private readonly Tensor[] real;
    private readonly string imageColumn;
    private readonly FeatureExtractor extractor;
    private readonly int count;
    private bool owned;

    /// <summary>Reads the held-out rows now: one that cannot be read is told before the training.</summary>
    public GanEvaluator(MLContext context, DcganTrainer.Options options, IDataView held, IDataView training, int size)
    {
        (this.context, imageColumn) = (context, options.ImageColumnName);
        count = Math.Min(RowSubset.Count(held), MaxPicturesInTraining);
        if (count < GenerativeMetrics.LeastRows)
            throw new ArgumentException($"ValidationSet has {count} rows; judging pictures needs at least {GenerativeMetrics.LeastRows}: hold out more, or leave it unset.");
        owned = options.FeatureExtractor is null;
        extractor = options.FeatureExtractor ?? FeatureExtractor.Default(context, training, imageColumn, options.LabelColumnName ?? LabelColumn, imageSize: size);
        real = PictureEvaluation.Read(extractor, RowSubset.Spread(held, MaxPicturesInTraining), imageColumn, "held-out");
    }

    /// <summary>The extractor, for the trained transformer to judge by; one that was made here is then its to dispose.</summary>
    public (FeatureExtractor Extractor, bool Owned) TakeExtractor()
    {
        bool taken = owned;
        owned = false;
        return (extractor, taken);
    }

    /// <summary>Judges an exported generator by as many rows as <paramref name="held"/> has, at most <see cref="MaxPictures"/> of them, evenly spread.</summary>
    public static GenerativeMetrics Judge(MLContext context, IDataView held, PictureInput column, FeatureExtractor extractor, DcganGenerator generator)
    {
        (string imageColumn, int count) = (column.Name, Math.Min(RowSubset.Count(held), MaxPictures));
        int[]? turns = generator.ClassCount > 0 ? [.. Enumerable.Range(0, generator.ClassCount)] : null;
        IDataView made = generator.Transform(context.Generative.SampleLatent(Math.Max(count, 1), generator.LatentDimension, seed: 0, classes: turns));
        IDataView named = imageColumn == DcganColumns.Image ? made : context.Transforms.CopyColumns(imageColumn, DcganColumns.Image).Fit(made).Transform(made);
        IDataView real = RowSubset.Spread(held, MaxPictures);
        GenerativeMetrics metrics = context.Generative.Evaluate(real, named, imageColumn, extractor);
        return count < TwoSampleMetrics.LeastRows ? metrics : metrics with { TwoSample = TwoSampleTest.OfPictures(context, real, named, column, seed: 0) };
    }

    public GenerativeMetrics Judge(GanRecipe recipe, nn.Module<Tensor, Tensor> generator, Device device)
    {
        List<Picture> made = [];
        using (no_grad())
        {
            for (int start = 0; start < count; start += Batch)
            {
                using var scope = NewDisposeScope();
                Tensor drawn = generator.call(recipe.Latent(start, Math.Min(Batch, count - start), device)) * 0.5 + 0.5;
                made.AddRange(drawn.ToPictures());
            }
        }
        int size = recipe.Shape.Size;
        IndexedRows rows = new(count, IndexedColumn.Image(imageColumn, new ImageDataViewType(size, size), row => made[row].ToImage()));
        using var all = NewDisposeScope();
        return PictureEvaluation.Evaluate(real, PictureEvaluation.Read(extractor, rows, imageColumn, "generated"), extractor);
    }

    public void Dispose()
    {
        foreach (Tensor one in real) one.Dispose();
        if (owned)
            extractor.Dispose();
    }
}

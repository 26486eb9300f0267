using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Evaluation;
using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>Judges the averaged generator by rows that were held out, while it learns: always by the same extractor and z.</summary>
internal sealed class GanEvaluator : IDisposable
{
    // Of either kind, by which a trained generator is judged: twice ResNet-18's features. While it trains, for the kernel distance alone: it hardly depends on their number, and
    // ResNet-18 takes its time.
    private const int MaxPictures = 1024, MaxPicturesInTraining = 256, Batch = 64;

    private readonly Tensor[] real;
    private readonly string imageColumn;
    private readonly FeatureExtractor extractor;
    private readonly int count;
    private bool owned;

    /// <summary>Reads the held-out rows now: one that cannot be read is told before the training.</summary>
    public GanEvaluator(MLContext context, DcganTrainer.Options options, IDataView held, IDataView training, int size)
    {
        imageColumn = options.ImageColumnName;
        count = Math.Min(RowSubset.Count(held), MaxPicturesInTraining);
        if (count < GenerativeMetrics.LeastRows)
            throw new ArgumentException($"ValidationSet has {count} rows; judging pictures needs at least {GenerativeMetrics.LeastRows}: hold out more, or leave it unset.");
        owned = options.FeatureExtractor is null;
        extractor = options.FeatureExtractor ?? FeatureExtractor.Default(context, training, imageColumn, options.LabelColumnName ?? "Label", imageSize: size);
        real = PictureEvaluation.Read(extractor, RowSubset.Spread(held, MaxPicturesInTraining), imageColumn, "held-out");
    }

    /// <summary>The extractor, for the trained transformer to judge by; one that was made here is then its to dispose.</summary>
    public (FeatureExtractor Extractor, bool Owned) TakeExtractor()
    {
        bool taken = owned;
        owned = false;
        return (extractor, taken);
    }

    /// <summary>Judges an exported generator by as many rows as <paramref name="held"/> has, at most 1,024 of them, evenly spread.</summary>
    public static GenerativeMetrics Judge(MLContext context, IDataView held, PictureInput column, FeatureExtractor extractor, DcganGenerator generator)
    {
        int count = Math.Min(RowSubset.Count(held), MaxPictures);
        int[]? turns = generator.ClassCount > 0 ? [.. Enumerable.Range(0, generator.ClassCount)] : null;
        IDataView real = RowSubset.Spread(held, MaxPictures), latent = context.Generative.SampleLatent(Math.Max(count, 1), generator.LatentDimension, seed: 0, classes: turns);
        IDataView made = generator.Transform(latent);
        if (column.Name != DcganColumns.Image)
            made = context.Transforms.CopyColumns(column.Name, DcganColumns.Image).Fit(made).Transform(made);
        GenerativeMetrics metrics = context.Generative.Evaluate(real, made, column.Name, extractor);
        return count < TwoSampleMetrics.LeastRows ? metrics : metrics with { TwoSample = TwoSampleTest.OfPictures(context, real, made, column, seed: 0) };
    }

    /// <summary>Judges the average of a generator that learns, by pictures of a size.</summary>
    public GenerativeMetrics Judge(DcganTask task, int size, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        List<Picture> made = [];
        for (int start = 0; start < count; start += Batch)
            made.AddRange(task.Draw(task.Average, start, Math.Min(Batch, count - start), device));
        IndexedRows rows = new(count, IndexedColumn.Image(imageColumn, new ImageDataViewType(size, size), row => made[row].ToImage()));
        return PictureEvaluation.Evaluate(real, PictureEvaluation.Read(extractor, rows, imageColumn, "generated"), extractor);
    }

    public void Dispose()
    {
        foreach (Tensor one in real) one.Dispose();
        if (owned)
            extractor.Dispose();
    }
}

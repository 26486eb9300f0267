using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using static TorchSharp.torch;

namespace MLNetGen.Evaluation;

/// <summary>Judges what a generator makes by rows that were held out, while it learns and afterwards: always by the same extractor and z.</summary>
internal sealed class PictureJudge : IDisposable
{
    // Of either kind, by which a trained generator is judged: twice ResNet-18's features. While it trains, for the kernel distance alone: it hardly depends on their number, and
    // ResNet-18 takes its time.
    private const int MaxPictures = 1024, MaxPicturesInTraining = 256, Batch = 64;

    private readonly MLContext context;
    private readonly PictureInput column;
    private readonly FeatureExtractor extractor;
    private readonly bool owned;
    // Features of the held-out rows take ResNet-18 seconds: not before they are needed, so that training begins.
    private readonly Lazy<Tensor[]> real;
    private readonly int count;

    /// <summary>Decodes the held-out rows now: one that cannot be read is told before the training.</summary>
    /// <param name="context">ML.NET's.</param>
    /// <param name="column">The pictures, as they are learnt.</param>
    /// <param name="held">Rows held out.</param>
    /// <param name="training">Those learnt from.</param>
    /// <param name="extractor">The user's own, which stays his; null: the default of the training rows.</param>
    /// <param name="labelColumnName">Their labels, for that.</param>
    /// <exception cref="ArgumentException">Too few rows are held out.</exception>
    public PictureJudge(MLContext context, PictureInput column, IDataView held, IDataView training, FeatureExtractor? extractor, string? labelColumnName)
    {
        (this.context, this.column) = (context, column);
        count = Math.Min(RowSubset.Count(held), MaxPicturesInTraining);
        if (count < GenerativeMetrics.LeastRows)
            throw new ArgumentException($"ValidationSet has {count} rows; judging pictures needs at least {GenerativeMetrics.LeastRows}: hold out more, or leave it unset.");
        owned = extractor is null;
        this.extractor = extractor ?? FeatureExtractor.Default(context, training, column.Name, labelColumnName ?? "Label", imageSize: column.Height);
        IDataView rows = RowSubset.Spread(held, MaxPicturesInTraining);
        Check(rows, column.Name);
        real = new(() => [.. PictureEvaluation.Read(this.extractor, rows, column.Name, "held-out").Select(one => one.DetachFromDisposeScope())]);
    }

    /// <summary>Judges a generator that learns; null, and a warning, where a figure cannot be had, such as of pictures that are all the same: it costs no training.</summary>
    /// <param name="draw">Makes pictures of the column's size: the number of the first, and how many.</param>
    /// <param name="when">Where the training is, for the warning.</param>
    /// <param name="session">Is warned.</param>
    public GenerativeMetrics? TryJudge(Func<int, int, IReadOnlyList<Picture>> draw, string when, TrainingSession session)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        List<Picture> made = [];
        for (int start = 0; start < count; start += Batch)
            made.AddRange(draw(start, Math.Min(Batch, count - start)));
        IndexedRows rows = new(count, IndexedColumn.Image(column.Name, new ImageDataViewType(column.Height, column.Width), row => made[row].ToImage()));
        try
        {
            return PictureEvaluation.Evaluate(real.Value, PictureEvaluation.Read(extractor, rows, column.Name, "generated"), extractor);
        }
        catch (InvalidDataException e)
        {
            session.Warning($"{when} is not judged: {e.Message}");
            return null;
        }
    }

    /// <summary>Judges a trained generator by as many pictures as <paramref name="held"/> has rows, at most 1,024 of them, evenly spread.</summary>
    /// <param name="held">Rows held out.</param>
    /// <param name="generator">Makes pictures of latent vectors, and of classes where it knows any.</param>
    /// <param name="imageColumnName">The column that it adds.</param>
    /// <param name="latentDimension">Length of a latent vector.</param>
    /// <param name="classCount">Classes that it knows, or 0.</param>
    public GenerativeMetrics Judge(IDataView held, ITransformer generator, string imageColumnName, int latentDimension, int classCount)
    {
        int rows = Math.Min(RowSubset.Count(held), MaxPictures);
        int[]? turns = classCount > 0 ? [.. Enumerable.Range(0, classCount)] : null;
        IDataView spread = RowSubset.Spread(held, MaxPictures), made = generator.Transform(context.Generative.SampleLatent(Math.Max(rows, 1), latentDimension, seed: 0, classes: turns));
        if (column.Name != imageColumnName)
            made = context.Transforms.CopyColumns(column.Name, imageColumnName).Fit(made).Transform(made);
        GenerativeMetrics metrics = context.Generative.Evaluate(spread, made, column.Name, extractor);
        return rows < TwoSampleMetrics.LeastRows ? metrics : metrics with { TwoSample = TwoSampleTest.OfPictures(context, spread, made, column, seed: 0) };
    }

    private static void Check(IDataView held, string columnName)
    {
        int row = 0;
        try
        {
            foreach (Picture _ in ImageColumn.Each(held, columnName)) row++;
        }
        catch (InvalidOperationException e) when (e.InnerException is not null)
        {
            throw new InvalidDataException($"held-out row {row} could not be read: {e.GetBaseException().Message}", e);
        }
    }

    public void Dispose()
    {
        foreach (Tensor one in real.IsValueCreated ? real.Value : []) one.Dispose();
        if (owned)
            extractor.Dispose();
    }
}

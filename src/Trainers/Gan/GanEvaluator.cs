using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Evaluation;
using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>Judges the averaged generator by rows that were held out, while it learns: always by the same extractor and z.</summary>
internal sealed class GanEvaluator : IDisposable
{
    private const string LabelColumn = "Label";

    // More make no figure steadier than the held-out rows allow.
    private const int MostPictures = 1000, Batch = 64;

    private readonly MLContext context;
    private readonly Tensor[] real;
    private readonly string imageColumn;
    private readonly FeatureExtractor extractor;
    private bool owned;
    private readonly int count;

    // Reads the held-out rows now: one that cannot be read is told before the training.
    private GanEvaluator(MLContext context, IDataView real, string imageColumn, FeatureExtractor extractor, bool owned, int count)
    {
        this.context = context;
        this.real = PictureEvaluation.Read(extractor, real, imageColumn, "held-out");
        this.imageColumn = imageColumn;
        this.extractor = extractor;
        this.owned = owned;
        this.count = count;
    }

    /// <summary>The extractor, for the trained transformer to judge by; one that was made here is then its to dispose.</summary>
    public (FeatureExtractor Extractor, bool Owned) TakeExtractor()
    {
        bool taken = owned;
        owned = false;
        return (extractor, taken);
    }

    /// <summary>Null where nothing is held out.</summary>
    public static GanEvaluator? Create(MLContext context, DcganTrainer.Options options, IDataView training, int size)
    {
        if (options.ValidationSet is not { } real)
            return null;
        int count = Math.Min(RowSubset.Count(real), MostPictures);
        if (count < GenerativeMetrics.LeastRows)
            throw new ArgumentException($"ValidationSet has {count} rows; judging pictures needs at least {GenerativeMetrics.LeastRows}: hold out more, or leave it unset.");
        FeatureExtractor extractor = options.FeatureExtractor ?? FeatureExtractor.Default(context, training, options.ImageColumnName, options.LabelColumnName ?? LabelColumn, imageSize: size);
        return new(context, RowSubset.Spread(real, MostPictures), options.ImageColumnName, extractor, owned: options.FeatureExtractor is null, count);
    }

    /// <summary>Judges an exported generator by as many rows as <paramref name="real"/> has, at most 1,000 of them, evenly spread.</summary>
    public static GenerativeMetrics Judge(MLContext context, IDataView real, string imageColumn, FeatureExtractor extractor, DcganGenerator generator)
    {
        int count = Math.Min(RowSubset.Count(real), MostPictures);
        int[]? turns = generator.ClassCount > 0 ? [.. Enumerable.Range(0, generator.ClassCount)] : null;
        IDataView made = generator.Transform(context.Generative.SampleLatent(Math.Max(count, 1), generator.LatentDimension, seed: 0, classes: turns));
        IDataView named = imageColumn == DcganColumns.Image ? made : context.Transforms.CopyColumns(imageColumn, DcganColumns.Image).Fit(made).Transform(made);
        return context.Generative.Evaluate(RowSubset.Spread(real, MostPictures), named, imageColumn, extractor);
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
        return PictureEvaluation.Evaluate(context, real, PictureEvaluation.Read(extractor, rows, imageColumn, "generated"), extractor);
    }

    public void Dispose()
    {
        foreach (Tensor one in real) one.Dispose();
        if (owned)
            extractor.Dispose();
    }
}

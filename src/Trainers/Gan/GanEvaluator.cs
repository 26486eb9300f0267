using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>Judges the averaged generator by rows that were held out, while it learns: always by the same extractor and z.</summary>
internal sealed class GanEvaluator : IDisposable
{
    // More make no figure steadier than the held-out rows allow.
    private const int MostPictures = 1000, Batch = 64;

    private readonly MLContext context;
    private readonly IDataView real;
    private readonly string imageColumn;
    private readonly FeatureExtractor extractor;
    private readonly bool owned;
    private readonly int count;

    private GanEvaluator(MLContext context, IDataView real, string imageColumn, FeatureExtractor extractor, bool owned, int count)
    {
        this.context = context;
        this.real = real;
        this.imageColumn = imageColumn;
        this.extractor = extractor;
        this.owned = owned;
        this.count = count;
    }

    /// <summary>What the features are.</summary>
    public string Description => extractor.Description;

    /// <summary>Null where nothing is held out.</summary>
    public static GanEvaluator? Create(MLContext context, DcganTrainer.Options options, IDataView training, int size)
    {
        if (options.ValidationSet is not { } real)
            return null;
        int count = (int)Math.Min(Rows(real, options.ImageColumnName), MostPictures);
        if (count < GenerativeMetrics.LeastRows)
            throw new ArgumentException($"ValidationSet has {count} rows; judging pictures needs at least {GenerativeMetrics.LeastRows}: hold out more, or leave it unset.");
        FeatureExtractor extractor = options.FeatureExtractor ?? FeatureExtractor.Default(context, training, options.ImageColumnName, imageSize: size);
        return new(context, context.Data.TakeRows(real, MostPictures), options.ImageColumnName, extractor, owned: options.FeatureExtractor is null, count);
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
        return context.Generative.Evaluate(real, rows, imageColumn, extractor);
    }

    public void Dispose()
    {
        if (owned)
            extractor.Dispose();
    }

    private static long Rows(IDataView rows, string column)
    {
        if (rows.GetRowCount() is { } known)
            return known;
        using DataViewRowCursor cursor = rows.GetRowCursor([NetworkInput.Find(rows, column)]);
        long count = 0;
        while (count < MostPictures && cursor.MoveNext()) count++;
        return count;
    }
}

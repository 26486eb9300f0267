using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Cli;

/// <summary>A classifier is a model that adds <c>Score</c>, a vector whose slots are named by classes, whoever trained it.</summary>
internal static class ClassifierModel
{
    private const string Score = "Score", Features = "Features";

    public static bool Is(ITransformer model, DataViewSchema rows)
    {
        try
        {
            return model.GetOutputSchema(rows).GetColumnOrNull(Score) is { Type: VectorDataViewType { Size: > 1 } } column && column.HasSlotNames();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It works on other rows than these.
            return false;
        }
    }

    /// <exception cref="ArgumentException">The model is something else.</exception>
    public static IDataView Classify(ITransformer model, IDataView pictures, string path) => Is(model, pictures.Schema) ? model.Transform(pictures)
        : throw new ArgumentException($"'{path}' is no classifier of pictures: it adds no column '{Score}' with named classes to rows with an Image. Give a model that 'train alexnet' wrote.");

    /// <exception cref="ArgumentException">The model gives none.</exception>
    public static IDataView Describe(ITransformer model, IDataView pictures, string path)
    {
        IDataView described = model.Transform(pictures);
        return described.Schema.GetColumnOrNull(Features) is not null ? described
            : throw new ArgumentException($"'{path}' gives no '{Features}' to compare pictures by: train it without --no-features, or with OutputFeatures.");
    }
}

using Microsoft.ML;
using MLNetGen.Classification;

namespace MLNetGen.Cli;

/// <summary>A classifier is a model that adds <c>Score</c>, a vector whose slots are named by classes, whoever trained it.</summary>
internal static class ClassifierModel
{
    private const string Features = "Features";

    /// <param name="model">Any model.</param>
    /// <param name="rows">What it is to work on.</param>
    /// <param name="misfit">Why it does not work on these rows, where it does not: what it is cannot be told then.</param>
    public static bool Is(ITransformer model, DataViewSchema rows, out string? misfit)
    {
        misfit = null;
        try
        {
            return ScoreColumn.IsIn(model.GetOutputSchema(rows));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            misfit = Failure.MessageOf(e);
            return false;
        }
    }

    /// <exception cref="ArgumentException">The model is something else, or takes other rows.</exception>
    public static IDataView Classify(ITransformer model, IDataView pictures, string path) => Is(model, pictures.Schema, out string? misfit) ? model.Transform(pictures)
        : throw new ArgumentException(misfit is null
            ? $"'{path}' is no classifier of pictures: it adds no column 'Score' with named classes to rows with an Image. Give a model that 'train alexnet' wrote."
            : $"'{path}' does not take rows with Image, Label and Path alone: {misfit}");

    /// <exception cref="ArgumentException">The model gives none.</exception>
    public static IDataView Describe(ITransformer model, IDataView pictures, string path)
    {
        IDataView described = model.Transform(pictures);
        return described.Schema.GetColumnOrNull(Features) is not null ? described
            : throw new ArgumentException($"'{path}' gives no '{Features}' to compare pictures by: train it without --no-features, or with OutputFeatures.");
    }
}

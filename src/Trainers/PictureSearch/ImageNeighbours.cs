using Microsoft.ML;
using MLNetGen.Classification;
using MLNetGen.PictureSearch;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>Puts <c>FindSimilar</c> into <c>mlContext.Images</c>.</summary>
public static class ImageNeighbours
{
    /// <summary>
    /// Finds the pictures whose features are nearest to those of others: what a network has learned to find alike, whatever the
    /// pixels. Source: Krizhevsky, Sutskever and Hinton 2012, section 6.1 and figure 4.
    /// </summary>
    /// <remarks>Of <paramref name="among"/>, the features of all rows are held in memory as Single, and the pictures of those found.</remarks>
    /// <param name="catalog">Pictures of a context.</param>
    /// <param name="queries">Rows to find neighbours of, at least one.</param>
    /// <param name="among">Rows to search, at least one; not those of <paramref name="queries"/>, which would find themselves.</param>
    /// <param name="count">Neighbours a query, at least 1; all where there are fewer rows.</param>
    /// <param name="featureColumnName">A column of both: vectors of Single of the same known size.</param>
    /// <param name="imageColumnName">A column of pictures (MLImage) of both.</param>
    /// <param name="pathColumnName">Files (text); need not be there.</param>
    /// <param name="labelColumnName">Labels (text), shown below the pictures; need not be there.</param>
    /// <exception cref="ArgumentException">A column is absent or of another type, or there are no rows.</exception>
    /// <exception cref="InvalidDataException">A row cannot be read, or a feature is not a finite number.</exception>
    public static SimilarPictures FindSimilar(
        this ImageCatalog catalog, IDataView queries, IDataView among, int count = 6, string featureColumnName = "Features", string imageColumnName = "Image",
        string pathColumnName = "Path", string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(among);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        foreach (IDataView rows in (IDataView[])[queries, among])
            ImageColumn.Find(rows.Schema, imageColumnName);
        using var scope = NewDisposeScope();
        string[] named = [pathColumnName, labelColumnName];
        FeatureRows asked = FeatureRows.Read(queries, featureColumnName, named), known = FeatureRows.Read(among, featureColumnName, named);
        if (asked.Features.shape[1] != known.Features.shape[1])
            throw new ArgumentException($"column '{featureColumnName}' has {asked.Features.shape[1]} values in one view and {known.Features.shape[1]} in the other: take the features of both from one model.");
        IReadOnlyList<NearestPicture[]> nearest = NeighbourSearch.Find(asked.Features, known.Features, 1, count);
        int[] shown = [.. nearest.SelectMany(row => row.Select(one => one.TrainingRow)).Distinct()];
        IReadOnlyList<Picture> found = ChosenPictures.Read(among, imageColumnName, shown), pictures = ChosenPictures.Read(queries, imageColumnName, [.. Enumerable.Range(0, nearest.Count)]);
        return new(
            [.. nearest.Select(row => (IReadOnlyList<SimilarPicture>)[.. row.Select(one => new SimilarPicture(one.TrainingRow, known.Text(0, one.TrainingRow), known.Text(1, one.TrainingRow), one.Distance))])],
            [.. pictures.Select((picture, i) => (picture, Name(asked, i)))],
            shown.Zip(found).ToDictionary(pair => pair.First, pair => pair.Second),
            [.. pictures.Select((_, i) => FirstNamed(asked.Text(0, i), asked.Text(1, i)) ?? $"row {i}")]);
    }

    private static string? FirstNamed(params string?[] names) => names.FirstOrDefault(name => !string.IsNullOrEmpty(name));

    private static string Name(FeatureRows rows, int row) =>
        rows.Text(1, row) is { Length: > 0 } label ? label : Path.GetFileName(rows.Text(0, row)) ?? $"row {row}";
}

using MLNetGen.PictureSearch;

namespace MLNetGen;

/// <summary>The pictures that a network finds most like others: what its features know of meaning.</summary>
public sealed class SimilarPictures
{
    private readonly IReadOnlyList<(Picture Picture, string Name)> queries;
    private readonly IReadOnlyDictionary<int, Picture> found;

    internal SimilarPictures(IReadOnlyList<IReadOnlyList<SimilarPicture>> rows, IReadOnlyList<(Picture Picture, string Name)> queries, IReadOnlyDictionary<int, Picture> found, IReadOnlyList<string> queryNames)
    {
        Rows = rows;
        this.queries = queries;
        this.found = found;
        QueryNames = queryNames;
    }

    /// <summary>[query]: its neighbours, the nearest first.</summary>
    public IReadOnlyList<IReadOnlyList<SimilarPicture>> Rows { get; }

    /// <summary>[query]: its path; without one its label; without either <c>row</c> and its number from 0.</summary>
    public IReadOnlyList<string> QueryNames { get; }

    /// <summary>Draws each query at the left and its neighbours at the right, as in figure 4 of Krizhevsky, Sutskever and Hinton 2012. A sheet that would be longer than
    /// <see cref="PictureGrid.MaximumSide"/> is made smaller.</summary>
    public Picture Draw() => SimilarSheet.Draw([.. queries.Zip(Rows, (query, row) => (query.Picture, query.Name, (IReadOnlyList<(Picture, string)>)[.. row.Select(Show)]))]);

    /// <summary>Draws the sheet and writes it as PNG.</summary>
    /// <param name="path">File name ending in <c>.png</c>; missing folders are made; the file appears whole or not at all.</param>
    /// <exception cref="ArgumentException">The name does not end in .png.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => Draw().Save(path);

    private (Picture Picture, string Caption) Show(SimilarPicture neighbour) =>
        (found[neighbour.Row], string.IsNullOrEmpty(neighbour.Label) ? Path.GetFileName(neighbour.Path) ?? $"row {neighbour.Row}" : neighbour.Label);
}

/// <summary>A row's neighbour in the space of features.</summary>
/// <param name="Row">Its number among the rows that were searched, from 0.</param>
/// <param name="Path">Its file, where a column says so.</param>
/// <param name="Label">Its label, where a column of text says so.</param>
/// <param name="Distance">Euclidean distance of the features.</param>
public sealed record SimilarPicture(int Row, string? Path, string? Label, double Distance);

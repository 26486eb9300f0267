namespace MLNetGen;

/// <summary>What a folder of pictures held.</summary>
/// <param name="Found">Files with a picture's name; of files and folders by name, all files named and folders named that hold no picture.</param>
/// <param name="Skipped">Those of them that cannot be read, by path.</param>
public sealed record ImageFolderReport(int Found, IReadOnlyList<SkippedPicture> Skipped)
{
    private const int Named = 5;

    /// <summary>What else lies there and is not read, as <see cref="PictureFolderContents.LeftOut"/> has it, and classes none of whose pictures can be read; by path.</summary>
    public IReadOnlyList<SkippedPicture> Unused { get; init; } = [];

    /// <summary>Pictures in the folder itself, beside others in subfolders that name classes: they are read, and their label is empty. By path.</summary>
    public IReadOnlyList<string> Unlabeled { get; init; } = [];

    /// <summary>Rows of the view: pictures found and not skipped.</summary>
    public int Loaded => Found - Skipped.Count;

    /// <summary>One line: the count, the first five of those skipped with their reasons, and what else is not used, counted by reason.</summary>
    public override string ToString()
    {
        string read = $"read {Found} pictures", more = Skipped.Count > Named ? $"; and {Skipped.Count - Named} more" : "";
        if (Skipped.Count > 0)
            read = $"skipped {Skipped.Count} of {Found} pictures: {string.Join("; ", Skipped.Take(Named))}{more}";
        string unused = string.Join(", ", Unused.GroupBy(one => one.Reason).Select(group => $"{group.Count()} × {group.Key} ({List([.. group.Select(one => one.Path)])})"));
        return read + (unused.Length > 0 ? $"; not used: {unused}" : "")
            + (Unlabeled.Count > 0 ? $"; without a class, as they lie beside the classes' folders: {Unlabeled.Count} ({List(Unlabeled)})" : "");
    }

    private static string List(IReadOnlyList<string> paths) =>
        string.Join(", ", paths.Take(Named).Select(path => $"'{path}'")) + (paths.Count > Named ? $" and {paths.Count - Named} more" : "");
}

/// <summary>A file or folder that was left out.</summary>
/// <param name="Path">Relative to the folder, with '/' between folders.</param>
/// <param name="Reason">What is wrong with it, such as "truncated PNG: it ends without its IEND chunk".</param>
public sealed record SkippedPicture(string Path, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"'{Path}': {Reason}";
}

namespace MLNetGen;

/// <summary>What a folder of pictures held.</summary>
/// <param name="Found">Files with a picture's name; of files and folders by name, all files named and folders named that hold no picture.</param>
/// <param name="Skipped">Those of them that cannot be read, by path.</param>
public sealed record ImageFolderReport(int Found, IReadOnlyList<SkippedPicture> Skipped)
{
    private const int Named = 5;

    /// <summary>Rows of the view: pictures found and not skipped.</summary>
    public int Loaded => Found - Skipped.Count;

    /// <summary>One line: the count, and the first five of those skipped with their reasons.</summary>
    public override string ToString()
    {
        if (Skipped.Count == 0)
            return $"read {Found} pictures";
        var more = Skipped.Count > Named ? $"; and {Skipped.Count - Named} more" : "";
        return $"skipped {Skipped.Count} of {Found} pictures: {string.Join("; ", Skipped.Take(Named))}{more}";
    }
}

/// <summary>A picture file that was left out.</summary>
/// <param name="Path">Relative to the folder, with '/' between folders.</param>
/// <param name="Reason">What is wrong with it, such as "truncated PNG: it ends without its IEND chunk".</param>
public sealed record SkippedPicture(string Path, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"'{Path}': {Reason}";
}

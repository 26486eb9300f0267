using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Models;

/// <summary>A folder of pictures that was named where the studio was started, known to the page by <see cref="Id"/> alone.</summary>
internal sealed record DataFolder(string Id, string Name, string Path);

/// <summary>The folders of pictures: those of the command line, and no other.</summary>
internal sealed class DataFolders(IReadOnlyList<string> paths)
{
    public IReadOnlyList<DataFolder> All { get; } = [.. paths.Select(path => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path))).Distinct()
        .Select(path => new DataFolder(Identifier.Of(path), System.IO.Path.GetFileName(path) is { Length: > 0 } name ? name : path, path))];

    /// <exception cref="RefusedException">There is no such folder.</exception>
    public DataFolder this[string id] => All.FirstOrDefault(folder => folder.Id == id) ?? throw Identifier.Absent("folder of pictures", id);

    /// <summary>Whether a path is one of them.</summary>
    public bool Has(string path) => All.Any(folder => folder.Path == System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
}

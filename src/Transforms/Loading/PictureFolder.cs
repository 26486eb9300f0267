namespace MLNetGen;

/// <summary>Finds the pictures below a folder: each file once, however links lead to it, and all else by name and reason.</summary>
public static class PictureFolder
{
    internal const string Names = ".png, .jpg, .jpeg, .jpe, .jfif, .bmp, .dib, .gif or .webp";

    /// <summary>Looks through a folder and its subfolders; files are not opened.</summary>
    /// <remarks>
    /// Links are followed last, in the order of their paths: what a link leads to is read where it lies if that is below <paramref name="folder"/> too, otherwise
    /// through the first link. A link to a folder that the link itself, or <paramref name="folder"/>, lies in is not followed.
    /// </remarks>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static PictureFolderContents Find(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}'. Check the path; it is taken from '{Directory.GetCurrentDirectory()}'");
        return new FolderWalk(folder).Contents();
    }
}

/// <summary>What lies in a folder and its subfolders. Paths are relative to it, with '/' between folders, in ordinal order.</summary>
/// <param name="Pictures">Files with a picture's name; see <see cref="PictureFile.HasPictureName"/>.</param>
/// <param name="LeftOut">
/// Files with other names, hidden files and folders, folders that are empty, hold no pictures or cannot be opened, links to nothing and to what is read already.
/// </param>
public sealed record PictureFolderContents(IReadOnlyList<string> Pictures, IReadOnlyList<SkippedPicture> LeftOut)
{
    internal const string OtherName = "no picture by its name", Hidden = "hidden", Empty = "an empty folder", WithoutPictures = "a folder without pictures",
        NotOpened = "a folder that cannot be opened", LinkToNothing = "a link to nothing", LinkAround = "a link to a folder that it lies in", ReadAlready = "read already, under another name";

    /// <summary>Why there are no pictures.</summary>
    internal string Problem => LeftOut.Count == 0 ? "it is empty"
        : LeftOut.FirstOrDefault(one => one.Reason == OtherName) is { } file
            ? $"of its {LeftOut.Count(one => one.Reason == OtherName)} files, such as '{file.Path}', none is named {PictureFolder.Names}"
        : new ImageFolderReport(0, []) { Unused = LeftOut }.ToString();
}

/// <summary>One walk through a folder. What was seen is known by its real path, which no link is part of.</summary>
internal sealed class FolderWalk
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    private static readonly string[] Litter = ["Thumbs.db", "desktop.ini"];

    private readonly string root;
    private readonly List<string> files = [], classes = [];
    private readonly List<SkippedPicture> leftOut = [];
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(string Path, string Folder, string Name), string> links = new(StringComparer.Ordinal);

    public FolderWalk(string folder) => root = RealPath(Path.GetFullPath(folder)) ?? folder;

    public PictureFolderContents Contents()
    {
        Walk("", root);
        while (links.TryDequeue(out (string Path, string Folder, string Name) link, out _))
            Follow(link.Path, link.Folder, link.Name);
        string[] pictures = [.. files.Where(PictureFile.HasPictureName).Order(StringComparer.Ordinal)];
        leftOut.AddRange(files.Where(file => !PictureFile.HasPictureName(file)).Select(file => new SkippedPicture(file, PictureFolderContents.OtherName)));
        HashSet<string> used = [.. pictures.Select(Top)], said = [.. leftOut.Select(one => one.Path)];
        leftOut.AddRange(classes.Where(name => !used.Contains(name) && !said.Contains(name)).Select(name => new SkippedPicture(name, PictureFolderContents.WithoutPictures)));
        return new PictureFolderContents(pictures, [.. leftOut.OrderBy(one => one.Path, StringComparer.Ordinal)]);
    }

    private static string Top(string path) => path.Split('/', 2)[0];

    private void Walk(string path, string real)
    {
        seen.Add(real);
        FileSystemInfo[] entries;
        try
        {
            entries = [.. new DirectoryInfo(real).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }).OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            leftOut.Add(new SkippedPicture(path.Length == 0 ? "." : path, PictureFolderContents.NotOpened));
            return;
        }
        if (entries.Length == 0 && path.Length > 0)
            leftOut.Add(new SkippedPicture(path, PictureFolderContents.Empty));
        foreach (FileSystemInfo entry in entries)
        {
            string below = path.Length == 0 ? entry.Name : $"{path}/{entry.Name}", place = Path.Join(real, entry.Name);
            if (entry.Name.StartsWith('.') || (entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) != 0 || Litter.Contains(entry.Name, StringComparer.OrdinalIgnoreCase))
                leftOut.Add(new SkippedPicture(below, PictureFolderContents.Hidden));
            else if ((entry.Attributes & FileAttributes.ReparsePoint) != 0 && entry.LinkTarget is not null)
                links.Enqueue((below, real, entry.Name), below);
            else
                Take(below, place, entry is DirectoryInfo);
        }
    }

    private void Follow(string path, string folder, string name)
    {
        if (RealPath(Path.Join(folder, name)) is not { } real)
            leftOut.Add(new SkippedPicture(path, PictureFolderContents.LinkToNothing));
        else if (Holds(real, root) || Holds(real, folder))
            leftOut.Add(new SkippedPicture(path, PictureFolderContents.LinkAround));
        else
            Take(path, real, Directory.Exists(real));
    }

    private void Take(string path, string real, bool isFolder)
    {
        if (seen.Contains(real))
        {
            leftOut.Add(new SkippedPicture(path, PictureFolderContents.ReadAlready));
            return;
        }
        if (isFolder)
        {
            if (!path.Contains('/')) classes.Add(path);
            Walk(path, real);
            return;
        }
        seen.Add(real);
        files.Add(path);
    }

    private static bool Holds(string folder, string path) =>
        path == folder || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // Null where there is nothing. ResolveLinkTarget follows a path's last part alone.
    private static string? RealPath(string path)
    {
        string real = Path.GetPathRoot(path)!;
        Stack<string> parts = new();
        Push(path[real.Length..]);
        for (int followed = 0; parts.TryPop(out string? part);)
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }
            string next = Path.Join(real, part);
            if (Target(next) is not { } target)
            {
                real = next;
                continue;
            }
            if (++followed > MostLinks)
                return null;
            if (Path.IsPathRooted(target))
                real = Path.GetPathRoot(target)!;
            Push(Path.IsPathRooted(target) ? target[real.Length..] : target);
        }
        return Path.Exists(real) ? real : null;

        void Push(string rest)
        {
            foreach (string part in rest.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse())
                if (part is not ("" or ".")) parts.Push(part);
        }
    }

    private static string? Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

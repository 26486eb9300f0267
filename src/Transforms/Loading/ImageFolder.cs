using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>A folder of PNG, JPEG and BMP files as rows: checked at once, decoded when asked for.</summary>
internal static class ImageFolder
{
    public static IDataView Load(MLContext context, string folder, ImageFolderOptions? options, out ImageFolderReport report)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (File.Exists(folder))
            throw new ArgumentException($"'{folder}' is a file, not a folder of pictures. Give its folder", nameof(folder));
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}'. Check the path; it is taken from '{Directory.GetCurrentDirectory()}'");

        string[] pictures = Find(folder, out string? problem);
        if (problem is not null)
            throw new InvalidDataException($"There are no pictures in '{folder}' or its subfolders: {problem}");
        // Pictures are read later, when the current directory may be another.
        return Load(context, Path.GetFullPath(folder), $"in '{folder}'", pictures, Label, options, out report);
    }

    /// <summary>The same of files and folders by name, in their order, whatever the files are called; their labels are empty.</summary>
    public static IDataView LoadFiles(MLContext context, IReadOnlyList<string> paths, ImageFolderOptions? options, out ImageFolderReport report)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0)
            throw new ArgumentException("There are no pictures to load: give at least one file or folder", nameof(paths));
        // A folder without pictures stands in their list itself, as one that cannot be read.
        Dictionary<string, string> empty = [];
        string[] files = [.. paths.SelectMany(InFolderOrAlone)];
        return Load(context, Directory.GetCurrentDirectory(), "given", files, _ => "", options, out report, empty);

        IEnumerable<string> InFolderOrAlone(string path)
        {
            if (!Directory.Exists(path))
                return [path];
            string[] found = Find(path, out string? problem);
            if (problem is null)
                return found.Select(file => Path.Combine(path, file));
            empty[path] = $"there are no pictures in this folder or its subfolders: {problem}";
            return [path];
        }
    }

    private static IndexedRows Load(
        MLContext context, string root, string shown, string[] paths, Func<string, string> label, ImageFolderOptions? options, out ImageFolderReport report,
        IReadOnlyDictionary<string, string>? problems = null)
    {
        var maximumPixels = options?.MaximumPixels ?? ImageFolderOptions.DefaultMaximumPixels;
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumPixels, 1, nameof(ImageFolderOptions.MaximumPixels));
        var checks = new PictureCheck[paths.Length];
        Parallel.For(0, paths.Length, i => checks[i] = problems?.GetValueOrDefault(paths[i]) is { } known ? PictureCheck.Bad(known) : PictureFile.Check(FullPath(root, paths[i]), maximumPixels));

        report = new ImageFolderReport(paths.Length,
            [.. paths.Zip(checks).Where(p => !p.Second.IsReadable).Select(p => new SkippedPicture(p.First, p.Second.Problem!))]);
        if (report.Loaded == 0)
            throw new InvalidDataException($"None of the {report.Found} pictures {shown} can be read: {report}");
        if (report.Skipped.Count > 0)
        {
            if (options?.Strict == true)
                throw new InvalidDataException($"Picture {report.Skipped[0]}. {report.Skipped.Count} of {report.Found} pictures {shown} cannot be read; repair or remove them, or load without Strict to leave them out");
            HostLog.Warning(context, "Images", $"of the pictures {shown}: {report}");
        }
        return Rows(root, [.. paths.Where((_, i) => checks[i].IsReadable)], [.. checks.Where(c => c.IsReadable)], label, maximumPixels);
    }

    private static IndexedRows Rows(string folder, string[] paths, PictureCheck[] checks, Func<string, string> label, long maximumPixels) => new(paths.Length,
        IndexedColumn.Image("Image", ImageType(checks), row => Decode(FullPath(folder, paths[row]), paths[row], checks[row], maximumPixels)),
        IndexedColumn.Text("Label", row => label(paths[row])),
        IndexedColumn.Text("Path", row => paths[row]));

    private static MLImage Decode(string fullPath, string path, PictureCheck check, long maximumPixels)
    {
        var image = PictureFile.Decode(fullPath, path, maximumPixels);
        if ((image.Width, image.Height) == (check.Width, check.Height))
            return image;
        var size = $"{image.Width}×{image.Height}";
        image.Dispose();
        throw new InvalidDataException($"Picture '{path}' is {size} now but was {check.Width}×{check.Height} when its folder was loaded: load the folder again");
    }

    // Pictures of one size need no ResizeImages before ExtractPixels, which refuses images of unknown size.
    private static ImageDataViewType ImageType(PictureCheck[] pictures)
    {
        var first = pictures[0];
        return Array.TrueForAll(pictures, p => (p.Width, p.Height) == (first.Width, first.Height))
            ? new ImageDataViewType(first.Height, first.Width)
            : new ImageDataViewType();
    }

    // Ordinal order of paths with '/', so that rows come in the same order on every system.
    private static string[] Find(string folder, out string? problem)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal)];
        string[] pictures = [.. files.Where(PictureFile.HasPictureName)];
        problem = pictures.Length > 0 ? null
            : files.Length == 0 ? "it is empty"
            : $"of its {files.Length} files, such as '{files[0]}', none is named .png, .jpg, .jpeg or .bmp";
        return pictures;
    }

    // The class is the folder directly below the root, however deep the picture lies.
    private static string Label(string path) => path.IndexOf('/') is var slash and > 0 ? path[..slash] : "";

    private static string FullPath(string folder, string path) => Path.Combine(folder, path);
}

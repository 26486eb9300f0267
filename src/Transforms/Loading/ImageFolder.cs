using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>A folder of picture files as rows: checked at once, decoded when asked for.</summary>
internal static class ImageFolder
{
    private const string ClassLost = "a class none of whose pictures can be read";

    public static IDataView Load(MLContext context, string folder, ImageFolderOptions? options, out ImageFolderReport report)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (File.Exists(folder))
            throw new ArgumentException($"'{folder}' is a file, not a folder of pictures. Give its folder", nameof(folder));
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}'. Check the path; it is taken from '{Directory.GetCurrentDirectory()}'");

        PictureFolderContents contents = PictureFolder.Find(folder);
        if (contents.Pictures.Count == 0)
            throw new InvalidDataException($"There are no pictures in '{folder}' or its subfolders: {contents.Problem}");
        // Pictures are read later, when the current directory may be another.
        return Load(context, Path.GetFullPath(folder), $"in '{folder}'", [.. contents.Pictures], contents.LeftOut, Label, options, out report);
    }

    /// <summary>The same of some of a folder's pictures, by their paths in it, in their order. There may be no rows.</summary>
    public static IDataView Load(MLContext context, string folder, IReadOnlyList<string> pictures, ImageFolderOptions? options, out ImageFolderReport report)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(pictures);
        return Load(context, Path.GetFullPath(folder), $"named in '{folder}'", [.. pictures], [], Label, options, out report, mayBeNone: true);
    }

    /// <summary>The same of files and folders by name, in their order, whatever the files are called; their labels are empty.</summary>
    public static IDataView LoadFiles(MLContext context, IReadOnlyList<string> paths, ImageFolderOptions? options, out ImageFolderReport report)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0)
            throw new ArgumentException("There are no pictures to load: give at least one file or folder", nameof(paths));
        // A folder without pictures stands in their list itself, as one that cannot be read.
        Dictionary<string, string> empty = [];
        List<SkippedPicture> leftOut = [];
        string[] files = [.. paths.SelectMany(InFolderOrAlone)];
        return Load(context, Directory.GetCurrentDirectory(), "given", files, leftOut, _ => "", options, out report, empty);

        IEnumerable<string> InFolderOrAlone(string path)
        {
            if (!Directory.Exists(path))
                return [path];
            PictureFolderContents found = PictureFolder.Find(path);
            if (found.Pictures.Count == 0)
            {
                empty[path] = $"there are no pictures in this folder or its subfolders: {found.Problem}";
                return [path];
            }
            leftOut.AddRange(found.LeftOut.Select(one => one with { Path = Path.Combine(path, one.Path) }));
            return found.Pictures.Select(file => Path.Combine(path, file));
        }
    }

    private static IndexedRows Load(
        MLContext context, string root, string shown, string[] paths, IReadOnlyList<SkippedPicture> leftOut, Func<string, string> label, ImageFolderOptions? options,
        out ImageFolderReport report, IReadOnlyDictionary<string, string>? problems = null, bool mayBeNone = false)
    {
        var maximumPixels = options?.MaximumPixels ?? ImageFolderOptions.DefaultMaximumPixels;
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumPixels, 1, nameof(ImageFolderOptions.MaximumPixels));
        var checks = new PictureCheck[paths.Length];
        Parallel.For(0, paths.Length, i => checks[i] = problems?.GetValueOrDefault(paths[i]) is { } known ? PictureCheck.Bad(known) : PictureFile.Check(FullPath(root, paths[i]), maximumPixels));

        string[] loaded = [.. paths.Where((_, i) => checks[i].IsReadable)];
        string[] classes = [.. loaded.Select(label).Distinct()];
        report = new ImageFolderReport(paths.Length,
            [.. paths.Zip(checks).Where(p => !p.Second.IsReadable).Select(p => new SkippedPicture(p.First, p.Second.Problem!))])
        {
            Unused = [.. leftOut, .. paths.Select(label).Distinct().Except(classes).Where(name => name.Length > 0).Select(name => new SkippedPicture(name, ClassLost))],
            Unlabeled = classes.Length > 1 ? [.. loaded.Where(path => label(path).Length == 0)] : [],
        };
        if (report.Loaded == 0 && !mayBeNone)
            throw new InvalidDataException($"None of the {report.Found} pictures {shown} can be read: {report}");
        if (options?.Strict == true)
            Demand(report, shown);
        if (report.Skipped.Count + report.Unused.Count + report.Unlabeled.Count > 0)
            HostLog.Warning(context, "Images", $"of the pictures {shown}: {report}");
        return Rows(root, loaded, [.. checks.Where(c => c.IsReadable)], label, maximumPixels);
    }

    // Hidden files lie in every folder that some systems have looked into.
    private static void Demand(ImageFolderReport report, string shown)
    {
        if (report.Skipped.Count > 0)
            throw new InvalidDataException($"Picture {report.Skipped[0]}. {report.Skipped.Count} of {report.Found} pictures {shown} cannot be read; repair or remove them, or load without Strict to leave them out");
        SkippedPicture[] unused = [.. report.Unused.Where(one => one.Reason != PictureFolderContents.Hidden)];
        if (unused.Length + report.Unlabeled.Count > 0)
            throw new InvalidDataException($"Of the pictures {shown}: {report with { Unused = unused }}. Remove or move them, or load without Strict to go on");
    }

    private static IndexedRows Rows(string folder, string[] paths, PictureCheck[] checks, Func<string, string> label, long maximumPixels) => new(paths.Length,
        IndexedColumn.Image("Image", ImageType(checks), row => Decode(FullPath(folder, paths[row]), paths[row], checks[row], maximumPixels), areGrey: Array.TrueForAll(checks, check => check.IsGrey)),
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
        if (pictures is not [var first, ..])
            return new ImageDataViewType();
        return Array.TrueForAll(pictures, p => (p.Width, p.Height) == (first.Width, first.Height))
            ? new ImageDataViewType(first.Height, first.Width)
            : new ImageDataViewType();
    }

    // The class is the folder directly below the root, however deep the picture lies.
    private static string Label(string path) => path.IndexOf('/') is var slash and > 0 ? path[..slash] : "";

    private static string FullPath(string folder, string path) => Path.Combine(folder, path);
}

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>MNIST-style idx files as rows.</summary>
internal static class IdxImages
{
    public static IDataView Load(string imagesPath, string? labelsPath)
    {
        var images = IdxFile.Read(imagesPath, 3, "images");
        var labels = labelsPath is null ? null : IdxFile.Read(labelsPath, 1, "labels");
        var (count, height, width) = (images.Dimensions[0], images.Dimensions[1], images.Dimensions[2]);
        if (labels is not null && labels.Dimensions[0] != count)
            throw new InvalidDataException($"'{imagesPath}' holds {count} images but '{labelsPath}' holds {labels.Dimensions[0]} labels: they do not belong together");

        var name = Path.GetFileName(imagesPath);
        return new IndexedRows(count,
            IndexedColumn.Image("Image", new ImageDataViewType(height, width), row => Grey(images.Values.AsSpan(row * height * width, height * width), width, height), areGrey: true),
            IndexedColumn.Text("Label", row => labels is null ? "" : labels.Values[row].ToString()),
            IndexedColumn.Text("Path", row => $"{name}#{row}"));
    }

    private static MLImage Grey(ReadOnlySpan<byte> pixels, int width, int height) =>
        new Picture(width, height, 1, pixels.ToArray()).ToImage();
}

/// <summary>Finds a folder's idx files: images, and the labels that belong to them by name.</summary>
internal static class IdxFolder
{
    public static bool HasImages(string folder) => ImageFiles(folder).Length > 0;

    /// <exception cref="InvalidDataException">There is none, or there are several and none is named <c>train…</c>.</exception>
    public static string FindImages(string folder)
    {
        var images = ImageFiles(folder);
        if (images.Length == 0)
            throw new InvalidDataException($"There is no idx file of images in '{folder}': its name must hold 'images', as in 'train-images-idx3-ubyte.gz'");
        string[] train = [.. images.Where(p => Path.GetFileName(p).StartsWith("train", StringComparison.OrdinalIgnoreCase))];
        var candidates = images.Length > 1 && train.Length > 0 ? train : images;
        if (candidates.Length > 1)
            throw new InvalidDataException($"There are several idx files of images in '{folder}': {string.Join(", ", candidates.Select(p => $"'{Path.GetFileName(p)}'"))}. Give the path of the one to read");
        return candidates[0];
    }

    /// <summary>The labels beside an images file: its name with 'labels' for 'images' and idx1 for idx3, gzip or not.</summary>
    public static string? FindLabels(string imagesPath)
    {
        var name = Path.GetFileName(imagesPath)
            .Replace("images", "labels", StringComparison.OrdinalIgnoreCase)
            .Replace("idx3", "idx1", StringComparison.OrdinalIgnoreCase);
        var stem = WithoutGzip(Path.Combine(Path.GetDirectoryName(imagesPath) ?? "", name));
        return name == Path.GetFileName(imagesPath) ? null
            : File.Exists(stem) ? stem
            : File.Exists(stem + ".gz") ? stem + ".gz"
            : null;
    }

    // A file that lies there both packed and unpacked counts once.
    private static string[] ImageFiles(string folder) =>
    [
        .. Directory.EnumerateFiles(folder)
            .Where(p => Path.GetFileName(p).Contains("images", StringComparison.OrdinalIgnoreCase) && IdxFile.Begins(p))
            .Order(StringComparer.Ordinal)
            .DistinctBy(WithoutGzip)
    ];

    private static string WithoutGzip(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
}

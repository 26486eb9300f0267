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
            IndexedColumn.Image("Image", new ImageDataViewType(height, width), row => Grey(images.Values.AsSpan(row * height * width, height * width), width, height)),
            IndexedColumn.Text("Label", row => labels is null ? "" : labels.Values[row].ToString()),
            IndexedColumn.Text("Path", row => $"{name}#{row}"));
    }

    private static MLImage Grey(ReadOnlySpan<byte> pixels, int width, int height) =>
        new Picture(width, height, 1, pixels.ToArray()).ToImage();
}

using System.Text;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>
/// One picture file: checked by its structure, which catches what decoders let pass (a JPEG cut off in the middle
/// decodes to a half-grey picture), and decoded.
/// </summary>
public static class PictureFile
{
    /// <summary>Whether a name ends as those of the formats that are read: .png, .jpg, .jpeg or .bmp.</summary>
    /// <param name="path">A file's name or path.</param>
    public static bool HasPictureName(string path) => Path.GetExtension(path).ToUpperInvariant() is ".PNG" or ".JPG" or ".JPEG" or ".BMP";

    /// <summary>Reads the file and checks it; never throws for what the file holds.</summary>
    internal static PictureCheck Check(string path, long maximumPixels = ImageFolderOptions.DefaultMaximumPixels)
    {
        try
        {
            return Check(File.ReadAllBytes(path), maximumPixels);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PictureCheck.Bad($"cannot be opened: {e.Message}");
        }
    }

    /// <summary>Checks a file's bytes, which decide its format, not its name.</summary>
    internal static PictureCheck Check(ReadOnlySpan<byte> bytes, long maximumPixels = ImageFolderOptions.DefaultMaximumPixels)
    {
        if (bytes.IsEmpty)
            return PictureCheck.Bad("is empty (0 bytes)");
        var check = PngStructure.Begins(bytes) ? PngStructure.Check(bytes)
            : JpegStructure.Begins(bytes) ? JpegStructure.Check(bytes)
            : BmpStructure.Begins(bytes) ? BmpStructure.Check(bytes)
            : PictureCheck.Bad($"not a PNG, JPEG or BMP ({Describe(bytes)})");
        return check.IsReadable && WrongSize(check.Width, check.Height, maximumPixels) is { } problem ? PictureCheck.Bad(problem) : check;
    }

    /// <summary>Decodes a picture, transparency composed on white. The caller disposes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What to call it in an error.</param>
    /// <param name="maximumPixels">A larger one, by its header, is not decoded.</param>
    /// <exception cref="InvalidDataException">The file cannot be opened or decoded, or is too large; names the picture.</exception>
    internal static MLImage Decode(string path, string name, long maximumPixels = ImageFolderOptions.DefaultMaximumPixels)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            // The file may be another one than was checked.
            if (PictureHeader.Size(bytes) is var (width, height) && WrongSize(width, height, maximumPixels) is { } problem)
                throw new InvalidDataException($"Picture '{name}' {problem}");
            using var stream = new MemoryStream(bytes);
            var image = OnWhite.Compose(MLImage.CreateFromStream(stream));
            image.Tag = path;
            return image;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"Picture '{name}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Checks, decodes and copies a picture; transparency lies on white.</summary>
    /// <param name="path">A PNG, JPEG or BMP file, whatever its name.</param>
    /// <param name="maximumPixels">A larger one, by its header, is not decoded; see <see cref="ImageFolderOptions.MaximumPixels"/>.</param>
    /// <exception cref="InvalidDataException">The file cannot be opened, is damaged, is no picture or is too large.</exception>
    public static Picture Read(string path, long maximumPixels = ImageFolderOptions.DefaultMaximumPixels)
    {
        if (Check(path, maximumPixels).Problem is { } problem)
            throw new InvalidDataException($"picture '{path}' {problem}");
        using MLImage image = Decode(path, path, maximumPixels);
        return Picture.FromImage(image);
    }

    private static string? WrongSize(int width, int height, long maximumPixels) => ((long)width * height) switch
    {
        0 => $"has an impossible size, {width}×{height}",
        var pixels when pixels > Picture.MaxPixels => $"has an impossible size, {width}×{height}",
        var pixels when pixels > maximumPixels => $"is {width}×{height}, {pixels:N0} pixels, above the limit of {maximumPixels:N0} ({nameof(ImageFolderOptions.MaximumPixels)})",
        _ => null,
    };

    private static string Describe(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("GIF8"u8)) return "a GIF; convert it";
        if (bytes.StartsWith("RIFF"u8) && bytes.Length >= 12 && bytes[8..12].SequenceEqual("WEBP"u8)) return "a WebP; convert it";
        var start = new StringBuilder();
        foreach (var b in bytes[..Math.Min(8, bytes.Length)])
            start.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
        return $"starts with '{start}'";
    }
}

/// <summary>What a look at a picture file's structure found: its size, or why it cannot be read.</summary>
internal readonly record struct PictureCheck(int Width, int Height, string? Problem)
{
    public bool IsReadable => Problem is null;

    public static PictureCheck Bad(string problem) => new(0, 0, problem);
}

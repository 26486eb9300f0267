using System.Text;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>
/// One picture file: checked by its structure, which catches what decoders let pass (a JPEG cut off in the middle
/// decodes to a half-grey picture), and decoded: PNG, JPEG, BMP, WebP, and of a GIF the first frame. A picture is turned as its metadata says.
/// </summary>
public static class PictureFile
{
    private const string Empty = "is empty (0 bytes)";

    /// <summary>Whether a name ends as those of the formats that are read: .png, .jpg, .jpeg, .jpe, .jfif, .bmp, .dib, .gif or .webp.</summary>
    /// <param name="path">A file's name or path.</param>
    public static bool HasPictureName(string path) => Path.GetExtension(path).ToUpperInvariant() is
        ".PNG" or ".JPG" or ".JPEG" or ".JPE" or ".JFIF" or ".BMP" or ".DIB" or ".GIF" or ".WEBP";

    /// <summary>Reads the file and checks it; never throws for what the file holds.</summary>
    internal static PictureCheck Check(string path, long maximumPixels = ImageFolderOptions.DefaultMaximumPixels)
    {
        try
        {
            return Check(Bytes(path), maximumPixels);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PictureCheck.Bad($"cannot be opened: {e.Message}");
        }
    }

    /// <summary>Checks a file's bytes, which decide its format, not its name: their structure, and then by decoding them.</summary>
    internal static PictureCheck Check(ReadOnlySpan<byte> bytes, long maximumPixels = ImageFolderOptions.DefaultMaximumPixels)
    {
        if (bytes.IsEmpty)
            return PictureCheck.Bad(Empty);
        return Structure(bytes, maximumPixels) is { IsReadable: false } bad ? bad : PictureDecoder.Try(bytes, maximumPixels);
    }

    private static PictureCheck Structure(ReadOnlySpan<byte> bytes, long maximumPixels)
    {
        PictureCheck check = PngStructure.Begins(bytes) ? PngStructure.Check(bytes)
            : JpegStructure.Begins(bytes) ? JpegStructure.Check(bytes)
            : BmpStructure.Begins(bytes) ? BmpStructure.Check(bytes)
            : GifStructure.Begins(bytes) ? GifStructure.Check(bytes)
            : WebpStructure.Begins(bytes) ? WebpStructure.Check(bytes)
            : PictureCheck.Bad($"not a PNG, JPEG or BMP ({Describe(bytes)}), nor a GIF or WebP");
        return check.IsReadable && WrongSize(check.Width, check.Height, maximumPixels) is { } problem ? PictureCheck.Bad(problem) : check;
    }

    /// <summary>Decodes a picture, turned as its metadata says, transparency composed on white. The caller disposes it.</summary>
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
                throw new InvalidDataException(problem);
            var image = PictureDecoder.Decode(bytes, maximumPixels);
            image.Tag = path;
            return image;
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"Picture '{name}' {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"Picture '{name}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Checks, decodes and copies a picture, turned as its metadata says; transparency lies on white.</summary>
    /// <param name="path">A PNG, JPEG, BMP, GIF or WebP file, whatever its name.</param>
    /// <param name="maximumPixels">A larger one, by its header, is not decoded; see <see cref="ImageFolderOptions.MaximumPixels"/>.</param>
    /// <exception cref="InvalidDataException">The file cannot be opened, is damaged, is no picture or is too large.</exception>
    public static Picture Read(string path, long maximumPixels = ImageFolderOptions.DefaultMaximumPixels)
    {
        try
        {
            return Read(Bytes(path), path, maximumPixels);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"picture '{path}' cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>The same of a file's bytes, such as were uploaded.</summary>
    /// <param name="bytes">A PNG, JPEG, BMP, GIF or WebP file.</param>
    /// <param name="name">What to call it in an error.</param>
    /// <param name="maximumPixels">A larger one, by its header, is not decoded; see <see cref="ImageFolderOptions.MaximumPixels"/>.</param>
    /// <exception cref="InvalidDataException">The file is damaged, is no picture or is too large.</exception>
    public static Picture Read(ReadOnlySpan<byte> bytes, string name, long maximumPixels = ImageFolderOptions.DefaultMaximumPixels)
    {
        try
        {
            if ((bytes.IsEmpty ? PictureCheck.Bad(Empty) : Structure(bytes, maximumPixels)).Problem is { } problem)
                throw new InvalidDataException(problem);
            using MLImage image = PictureDecoder.Decode(bytes, maximumPixels);
            return Picture.FromImage(image);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"picture '{name}': {e.Message}", e);
        }
    }

    // A pipe in a folder has no length either, and opening it waits for somebody who writes.
    private static byte[] Bytes(string path) => new FileInfo(path) is { Exists: true, Length: 0 } ? [] : File.ReadAllBytes(path);

    internal static string? WrongSize(int width, int height, long maximumPixels) => ((long)width * height) switch
    {
        0 => $"has an impossible size, {width}×{height}",
        var pixels when pixels > Picture.MaxPixels => $"has an impossible size, {width}×{height}",
        var pixels when pixels > maximumPixels => $"is {width}×{height}, {pixels:N0} pixels, above the limit of {maximumPixels:N0} ({nameof(ImageFolderOptions.MaximumPixels)})",
        _ => null,
    };

    private static string Describe(ReadOnlySpan<byte> bytes)
    {
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

    /// <summary>Whether it is stored without colour. One stored in colour may be grey all the same.</summary>
    public bool IsGrey { get; init; }

    public static PictureCheck Bad(string problem) => new(0, 0, problem);
}

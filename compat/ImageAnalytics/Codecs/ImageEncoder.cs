namespace Microsoft.ML.Imaging.Codecs;

internal static class ImageEncoder
{
    // The extensions that the real Save knows; beyond PNG and JPEG this engine has no encoder, and the real one only WebP.
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ".bmp", ".gif", ".ico", ".astc", ".avif", ".dng", ".heif", ".ktx", ".pkm", ".wbmp", ".webp",
    };

    public static byte[] Encode(PixelBuffer pixels, string extension, string parameterName)
    {
        if (extension.Equals(".png", StringComparison.OrdinalIgnoreCase))
            return PngWriter.Write(pixels);
        if (extension.Equals(".jpg", StringComparison.OrdinalIgnoreCase) || extension.Equals(".jpeg", StringComparison.OrdinalIgnoreCase))
            return JpegCodec.Write(pixels, quality: 100);
        throw Known.Contains(extension)
            ? new ArgumentException($"Saving image with the format '{extension}' is not supported. Try save it with `Jpeg` or `Png` format.", parameterName)
            : new ArgumentException("Path has invalid image file extension.", parameterName);
    }
}

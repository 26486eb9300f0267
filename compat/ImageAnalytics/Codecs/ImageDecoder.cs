namespace Microsoft.ML.Imaging.Codecs;

/// <summary>Picks the reader by the file's first bytes; null where nothing can be read, as the real decoder answers.</summary>
internal static class ImageDecoder
{
    public static PixelBuffer TryDecode(byte[] file)
    {
        if (PngReader.Recognises(file))
            return PngReader.TryRead(file);
        if (JpegCodec.Recognises(file))
            return JpegCodec.TryRead(file);
        if (BmpReader.Recognises(file))
            return BmpReader.TryRead(file);
        return null;
    }
}

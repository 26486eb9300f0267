namespace MLNetGen;

/// <summary>A picture's size as its file's header says, without a look at the rest.</summary>
internal static class PictureHeader
{
    /// <summary>Null where the header is of no known format, or cut off: the decoder will say so.</summary>
    public static (int Width, int Height)? Size(ReadOnlySpan<byte> bytes) =>
        PngStructure.Begins(bytes) ? PngStructure.Size(bytes)
        : JpegStructure.Begins(bytes) ? JpegStructure.Size(bytes)
        : BmpStructure.Begins(bytes) ? BmpStructure.Size(bytes)
        : null;
}

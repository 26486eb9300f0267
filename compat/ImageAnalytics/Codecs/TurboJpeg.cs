using System.Runtime.InteropServices;

namespace Microsoft.ML.Imaging.Codecs;

/// <summary>The calls used of libjpeg-turbo's own interface (turbojpeg.h).</summary>
internal static unsafe partial class TurboJpeg
{
    public const int PixelFormatBgra = 8;
    public const int PixelFormatRgba = 7;
    public const int PixelFormatCmyk = 11;
    public const int ColourSpaceCmyk = 3;
    public const int ColourSpaceYcck = 4;
    public const int Subsampling420 = 2;
    public const int FlagAccurateDct = 4096;
    public const int Warning = 0;

    private const string Library = "libturbojpeg.so.0";

    [LibraryImport(Library)]
    public static partial nint tjInitDecompress();

    [LibraryImport(Library)]
    public static partial nint tjInitCompress();

    [LibraryImport(Library)]
    public static partial int tjDestroy(nint handle);

    [LibraryImport(Library)]
    public static partial int tjGetErrorCode(nint handle);

    [LibraryImport(Library)]
    public static partial nint tjGetErrorStr2(nint handle);

    [LibraryImport(Library)]
    public static partial int tjDecompressHeader3(
        nint handle, byte* jpeg, CULong size, out int width, out int height, out int subsampling, out int colourSpace);

    [LibraryImport(Library)]
    public static partial int tjDecompress2(
        nint handle, byte* jpeg, CULong size, byte* pixels, int width, int pitch, int height, int pixelFormat, int flags);

    [LibraryImport(Library)]
    public static partial int tjCompress2(
        nint handle, byte* pixels, int width, int pitch, int height, int pixelFormat,
        ref byte* jpeg, ref CULong size, int subsampling, int quality, int flags);

    [LibraryImport(Library)]
    public static partial void tjFree(byte* buffer);
}

using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Imaging.Codecs;

/// <summary>
/// JPEG by libjpeg-turbo, which Skia uses too. A file that ends early is accepted: what is missing is filled
/// by libjpeg (Skia would leave it black).
/// </summary>
internal static unsafe class JpegCodec
{
    public static bool Recognises(ReadOnlySpan<byte> file) => file is [0xFF, 0xD8, 0xFF, ..];

    public static PixelBuffer TryRead(byte[] file)
    {
        nint handle = TurboJpeg.tjInitDecompress();
        if (handle == 0)
            throw new InvalidOperationException("libturbojpeg could not be initialised");
        try
        {
            fixed (byte* jpeg = file)
                return TryRead(handle, jpeg, new CULong((nuint)file.Length));
        }
        finally
        {
            _ = TurboJpeg.tjDestroy(handle);
        }
    }

    public static byte[] Write(PixelBuffer pixels, int quality)
    {
        nint handle = TurboJpeg.tjInitCompress();
        byte* jpeg = null;
        var size = new CULong(0);
        try
        {
            int format = pixels.Format == MLPixelFormat.Bgra32 ? TurboJpeg.PixelFormatBgra : TurboJpeg.PixelFormatRgba;
            fixed (byte* from = pixels.Bytes)
            {
                int result = TurboJpeg.tjCompress2(
                    handle, from, pixels.Width, pixels.Stride, pixels.Height, format,
                    ref jpeg, ref size, TurboJpeg.Subsampling420, quality, TurboJpeg.FlagAccurateDct);
                if (result != 0)
                {
                    string reason = Marshal.PtrToStringUTF8(TurboJpeg.tjGetErrorStr2(handle));
                    throw new InvalidOperationException($"Couldn't encode a {pixels.Width} x {pixels.Height} image as JPEG: {reason}");
                }
            }
            return new ReadOnlySpan<byte>(jpeg, checked((int)size.Value)).ToArray();
        }
        finally
        {
            TurboJpeg.tjFree(jpeg);
            _ = TurboJpeg.tjDestroy(handle);
        }
    }

    private static PixelBuffer TryRead(nint handle, byte* jpeg, CULong size)
    {
        int result = TurboJpeg.tjDecompressHeader3(handle, jpeg, size, out int width, out int height, out _, out int colourSpace);
        if (Failed(handle, result) || !PixelBuffer.Fits(width, height))
            return null;
        bool cmyk = colourSpace is TurboJpeg.ColourSpaceCmyk or TurboJpeg.ColourSpaceYcck;
        var pixels = new PixelBuffer(width, height, MLPixelFormat.Bgra32, isOpaque: true);
        fixed (byte* to = pixels.Bytes)
        {
            int format = cmyk ? TurboJpeg.PixelFormatCmyk : TurboJpeg.PixelFormatBgra;
            result = TurboJpeg.tjDecompress2(handle, jpeg, size, to, width, pixels.Stride, height, format, TurboJpeg.FlagAccurateDct);
        }
        if (Failed(handle, result))
            return null;
        if (cmyk)
            FromInvertedCmyk(pixels.Bytes);
        return pixels;
    }

    // A warning (data that ends early, say) leaves usable pixels.
    private static bool Failed(nint handle, int result) => result != 0 && TurboJpeg.tjGetErrorCode(handle) != TurboJpeg.Warning;

    // Adobe stores the inks inverted: 255 is no ink.
    private static void FromInvertedCmyk(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += 4)
        {
            byte red = PixelBuffer.Premultiply(pixels[i], pixels[i + 3]);
            byte green = PixelBuffer.Premultiply(pixels[i + 1], pixels[i + 3]);
            byte blue = PixelBuffer.Premultiply(pixels[i + 2], pixels[i + 3]);
            (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) = (blue, green, red, 255);
        }
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MLNetGen.Tests;

/// <summary>Picture files made without the code under test.</summary>
internal static class TestPictures
{
    /// <summary>A baseline JPEG of 16×16, all (200, 100, 50), written by libjpeg-turbo at quality 95.</summary>
    public static byte[] Jpeg { get; } = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/" +
        "2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAAQABADAREAAhEBAxEB/8QA" +
        "HwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkK" +
        "FhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXG" +
        "x8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC" +
        "AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOE" +
        "hYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDPr+Vz+2Ao" +
        "AKACgD//2Q==");

    /// <summary>An RGBA PNG, colours not multiplied by alpha, every pixel as given.</summary>
    public static byte[] Png(int width, int height, Func<int, int, (byte R, byte G, byte B, byte A)> pixel)
    {
        var raw = new MemoryStream();
        for (var y = 0; y < height; y++)
        {
            raw.WriteByte(0);
            for (var x = 0; x < width; x++)
            {
                var (r, g, b, a) = pixel(x, y);
                raw.Write([r, g, b, a]);
            }
        }
        return PngOf(width, height, raw.ToArray());
    }

    /// <summary>An RGBA PNG that says it has this size, whatever its scan lines are.</summary>
    public static byte[] PngOf(int width, int height, byte[] scanLines)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(scanLines);

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;   // bits
        header[9] = 6;   // RGBA
        var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Chunk(png, "IHDR", header);
        Chunk(png, "IDAT", packed.ToArray());
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    public static byte[] Png(int width, int height, byte r, byte g, byte b, byte a = 255) => Png(width, height, (_, _) => (r, g, b, a));

    /// <summary><see cref="Jpeg"/> with another size in its frame's header.</summary>
    public static byte[] JpegOf(int width, int height)
    {
        var jpeg = (byte[])Jpeg.Clone();
        var frame = jpeg.AsSpan().IndexOf(new byte[] { 0xFF, 0xC0 });
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), (ushort)width);
        return jpeg;
    }

    /// <summary>EXIF data that hold an orientation and nothing else (EXIF 2.32, section 4.6.4 A).</summary>
    public static byte[] Exif(int orientation, bool little = true)
    {
        byte[] tiff = new byte[26];
        void Number(int at, int value)
        {
            if (little) BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(at), (ushort)value);
            else BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(at), (ushort)value);
        }
        tiff[0] = tiff[1] = (byte)(little ? 'I' : 'M');
        Number(2, 42);
        Number(little ? 4 : 6, 8);
        Number(8, 1);
        Number(10, 0x0112);
        Number(12, 3);
        Number(little ? 14 : 16, 1);
        Number(18, orientation);
        return tiff;
    }

    /// <summary>A PNG with EXIF data before one of its chunks.</summary>
    public static byte[] WithExif(byte[] png, byte[] exif, string before = "IDAT")
    {
        int at = png.AsSpan().IndexOf(Encoding.ASCII.GetBytes(before)) - 4;
        using MemoryStream made = new();
        made.Write(png, 0, at);
        Chunk(made, "eXIf", exif);
        made.Write(png, at, png.Length - at);
        return made.ToArray();
    }

    public static void Chunk(MemoryStream png, string type, byte[] data)
    {
        byte[] body = [.. Encoding.Latin1.GetBytes(type), .. data];
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        png.Write(number);
    }

    // Bit by bit, unlike the product's table.
    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++)
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }
}

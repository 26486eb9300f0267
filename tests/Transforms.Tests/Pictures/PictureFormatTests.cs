using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace MLNetGen.Tests;

/// <summary>Files of every kind that is read, written byte by byte; all show red, green over blue, white.</summary>
public class PictureFormatTests
{
    private static readonly byte[] Seen = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];

    // Blue, green, red, as a BMP's palette has them: red, green, blue, white.
    private static readonly byte[][] Palette = [[0, 0, 255], [0, 255, 0], [255, 0, 0], [255, 255, 255]];

    private static byte[] Rows24 => [255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0];

    private static byte[] Rows32 => [255, 0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 0, 0, 255, 0, 0];

    public static TheoryData<string, byte[]> Bmps => new()
    {
        { "OS/2, 24 bits", Old(24, [], Rows24) },
        { "OS/2, 8 bits", Old(8, [.. Palette.SelectMany(c => c), .. new byte[252 * 3]], [2, 3, 0, 0, 0, 1, 0, 0]) },
        { "24 bits", Windows(40, 24, 0, [], [], Rows24) },
        { "24 bits from the top", Windows(40, 24, 0, [], [], [.. Rows24[8..], .. Rows24[..8]], height: -2) },
        { "32 bits", Windows(40, 32, 0, [], [], Rows32) },
        { "8 bits", Windows(40, 8, 0, [], Colors, [2, 3, 0, 0, 0, 1, 0, 0]) },
        { "4 bits", Windows(40, 4, 0, [], Colors, [0x23, 0, 0, 0, 0x01, 0, 0, 0]) },
        { "16 bits, 5 each", Windows(40, 16, 0, [], [], [0x1F, 0, 0xFF, 0x7F, 0, 0x7C, 0xE0, 3]) },
        { "16 bits, 5, 6, 5", Windows(40, 16, 3, Masks(0xF800, 0x07E0, 0x001F), [], [0x1F, 0, 0xFF, 0xFF, 0, 0xF8, 0xE0, 7]) },
        { "32 bits by masks", Windows(40, 32, 3, Masks(0xFF0000, 0xFF00, 0xFF), [], Rows32) },
        { "32 bits by masks, header 4", Windows(108, 32, 3, Masks(0xFF, 0xFF00, 0xFF0000, 0), [], [0, 0, 255, 0, 255, 255, 255, 0, 255, 0, 0, 0, 0, 255, 0, 0]) },
        { "header 5", Windows(124, 24, 0, [], [], Rows24) },
        { "run lengths of 8 bits", Windows(40, 8, 1, [], Colors, [1, 2, 1, 3, 0, 0, 1, 0, 1, 1, 0, 1]) },
        { "run lengths of 4 bits", Windows(40, 4, 2, [], Colors, [2, 0x23, 0, 0, 2, 0x01, 0, 1]) },
    };

    [Theory]
    [MemberData(nameof(Bmps))]
    public void Bmp_of_every_kind_is_read(string kind, byte[] file)
    {
        Assert.NotEmpty(kind);
        Assert.Equal(new PictureCheck(2, 2, null), PictureFile.Check(file));
        Assert.Equal(Seen, Read(file));
    }

    [Theory]
    [MemberData(nameof(Bmps))]
    public void Bmp_cut_off_is_reported(string kind, byte[] file)
    {
        // The last two bytes of run lengths say only that nothing follows.
        int end = kind.StartsWith("run", StringComparison.Ordinal) ? file.Length - 3 : file.Length;
        for (int length = 0; length < end; length++)
            Assert.False(PictureFile.Check(file.AsSpan(0, length)).IsReadable, $"{length} bytes");
    }

    [Fact]
    public void Webp_is_read_exactly_and_reported_cut_off()
    {
        using SKBitmap bitmap = new(2, 2);
        bitmap.Pixels = [SKColors.Red, SKColors.Lime, SKColors.Blue, SKColors.White];
        using SKPixmap pixels = bitmap.PeekPixels();
        byte[] file = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100)).ToArray();
        Assert.Equal(Seen, Read(file));
        for (int length = 0; length < file.Length; length++)
            Assert.False(PictureFile.Check(file.AsSpan(0, length)).IsReadable, $"{length} bytes");
        Assert.Contains("above the limit of 3", PictureFile.Check(file, maximumPixels: 3).Problem);
    }

    [Fact]
    public void Gif_is_its_first_frame_and_reported_cut_off_in_it()
    {
        Picture first = new(2, 2, 3, Seen);
        using TestFolder folder = new();
        string path = folder.Path("a.gif");
        PictureAnimation.SaveGif(path, [first, new Picture(2, 2, 3, new byte[12])], TimeSpan.FromMilliseconds(100));
        byte[] file = File.ReadAllBytes(path);
        Assert.Equal(Seen, Read(file));
        int frame = 0;
        while (PictureFile.Check(file.AsSpan(0, frame)).Problem is { } problem)
        {
            frame++;
            Assert.NotEmpty(problem);
        }
        // After the first frame come a control block (8 bytes), a frame's header (10), its data and the trailer.
        Assert.InRange(frame, 30, file.Length - 20);
        for (int length = frame; length < file.Length; length++)
            Assert.True(PictureFile.Check(file.AsSpan(0, length)).IsReadable, $"{length} bytes");
    }

    [Theory]
    [InlineData("a.PNG", true)]
    [InlineData("a.jpg", true)]
    [InlineData("a.jpeg", true)]
    [InlineData("a.jpe", true)]
    [InlineData("a.JFIF", true)]
    [InlineData("a.bmp", true)]
    [InlineData("a.dib", true)]
    [InlineData("a.gif", true)]
    [InlineData("a.webp", true)]
    [InlineData("a.svg", false)]
    [InlineData("png", false)]
    public void Names_of_pictures(string name, bool isOne) => Assert.Equal(isOne, PictureFile.HasPictureName(name));

    [Fact]
    public void Jpeg_of_12_bits_is_refused_by_its_header()
    {
        byte[] file = (byte[])TestPictures.Jpeg.Clone();
        file[file.AsSpan().IndexOf(new byte[] { 0xFF, 0xC0 }) + 4] = 12;
        Assert.Equal("a JPEG of 12 bits a channel; only those of 8 can be decoded: convert it", PictureFile.Check(file).Problem);
    }

    [Fact]
    public void Jpeg_whose_decoder_is_missing_is_refused()
    {
        byte[] file = (byte[])TestPictures.Jpeg.Clone();
        file[file.AsSpan().IndexOf(new byte[] { 0xFF, 0xC0 }) + 1] = 0xC3;   // lossless
        Assert.StartsWith("cannot be decoded", PictureFile.Check(file).Problem);
    }

    [Fact]
    public void Png_of_a_palette_without_one_is_refused() =>
        Assert.Equal("damaged PNG: its colours are of a palette, and it has no PLTE chunk", PictureFile.Check(Png(3, Packed([0, 0, 0, 0, 0, 0]))).Problem);

    [Fact]
    public void Png_with_damaged_data_is_refused_although_its_checksums_are_right()
    {
        byte[] data = Packed([0, 10, 20, 0, 30, 40]);
        Assert.Equal(new PictureCheck(2, 2, null) { IsGrey = true }, PictureFile.Check(Png(0, data)));
        byte[] few = Packed([0, 10, 20]), wrong = (byte[])data.Clone();
        wrong.AsSpan(2, 3).Fill(0xFF);   // a block of a kind that does not exist
        foreach (byte[] bad in new[] { few, wrong, data[..4] })
        {
            Assert.StartsWith("cannot be decoded: its compressed data", PictureFile.Check(Png(0, bad)).Problem);
            using TestFolder folder = new();
            string path = folder.Write("x.png", Png(0, bad));
            Assert.Contains("x.png': cannot be decoded: its compressed data", Assert.Throws<InvalidDataException>(() => PictureFile.Read(path)).Message);
        }
    }

    private static byte[] Read(byte[] file)
    {
        using TestFolder folder = new();
        return PictureFile.Read(folder.Write("a", file)).Pixels;
    }

    private static byte[] Packed(byte[] rows)
    {
        MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.NoCompression, leaveOpen: true)) zlib.Write(rows);
        return packed.ToArray();
    }

    private static byte[] Png(byte colors, byte[] data)
    {
        MemoryStream png = new();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        TestPictures.Chunk(png, "IHDR", [0, 0, 0, 2, 0, 0, 0, 2, 8, colors, 0, 0, 0]);
        TestPictures.Chunk(png, "IDAT", data);
        TestPictures.Chunk(png, "IEND", []);
        return png.ToArray();
    }

    private static byte[] Colors => [.. Palette.SelectMany(c => (byte[])[.. c, 0])];

    private static byte[] Masks(params uint[] masks) => [.. masks.SelectMany(BitConverter.GetBytes)];

    private static byte[] Old(byte bits, byte[] colors, byte[] rows) => WithRows([12, 0, 0, 0, 2, 0, 2, 0, 1, 0, bits, 0, .. colors], rows);

    private static byte[] Windows(int header, byte bits, byte compression, byte[] masks, byte[] colors, byte[] rows, int height = 2)
    {
        byte[] info = new byte[Math.Max(header, 40 + masks.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(info, header);
        BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(4), 2);
        BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(8), height);
        (info[12], info[14], info[16]) = (1, bits, compression);
        BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(20), rows.Length);
        BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(32), colors.Length / 4);
        masks.CopyTo(info, 40);
        return WithRows([.. info, .. colors], rows);
    }

    private static byte[] WithRows(byte[] header, byte[] rows)
    {
        byte[] file = [(byte)'B', (byte)'M', .. new byte[12], .. header, .. rows];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 14 + header.Length);
        return file;
    }
}

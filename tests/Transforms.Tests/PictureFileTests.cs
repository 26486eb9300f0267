namespace MLNetGen.Tests;

public class PictureFileTests
{
    private static readonly byte[] Png = TestPictures.Png(5, 3, 10, 20, 30);

    [Fact]
    public void Png_is_readable_and_tells_its_size() => Assert.Equal(new PictureCheck(5, 3, null), PictureFile.Check(Png));

    [Fact]
    public void Jpeg_is_readable_and_tells_its_size() => Assert.Equal(new PictureCheck(16, 16, null), PictureFile.Check(TestPictures.Jpeg));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_written_to_memory_is_read_from_it(int channels)
    {
        Picture picture = new(7, 5, channels, [.. Enumerable.Range(0, 7 * 5 * channels).Select(i => (byte)(i * 37))]);
        byte[] png = picture.ToPng();
        Assert.Equal(new PictureCheck(7, 5, null), PictureFile.Check(png));
        Assert.Equal(picture.Pixels.SelectMany(value => Enumerable.Repeat(value, channels == 1 ? 3 : 1)), PictureFile.Read(png, "a picture").Pixels);
    }

    [Fact]
    public void Bytes_that_are_no_picture_are_told_of_by_their_name()
    {
        Assert.StartsWith("picture 'an upload': ", Assert.Throws<InvalidDataException>(() => PictureFile.Read("<svg/>"u8, "an upload")).Message, StringComparison.Ordinal);
        Assert.StartsWith("picture 'an upload': is 5×3", Assert.Throws<InvalidDataException>(() => PictureFile.Read(Png, "an upload", maximumPixels: 14)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_after_the_end_do_no_harm()
    {
        Assert.True(PictureFile.Check([.. Png, 1, 2, 3]).IsReadable);
        Assert.True(PictureFile.Check([.. TestPictures.Jpeg, 1, 2, 3]).IsReadable);
    }

    [Fact]
    public void Every_beginning_of_a_png_is_reported()
    {
        for (var length = 0; length < Png.Length; length++)
            Assert.False(PictureFile.Check(Png.AsSpan(0, length)).IsReadable, $"{length} bytes");
        Assert.Contains("truncated", PictureFile.Check(Png.AsSpan(0, Png.Length - 1)).Problem);
    }

    [Fact]
    public void Every_beginning_of_a_jpeg_is_reported()
    {
        for (var length = 0; length < TestPictures.Jpeg.Length; length++)
            Assert.False(PictureFile.Check(TestPictures.Jpeg.AsSpan(0, length)).IsReadable, $"{length} bytes");
        Assert.Contains("truncated", PictureFile.Check(TestPictures.Jpeg.AsSpan(0, TestPictures.Jpeg.Length - 1)).Problem);
    }

    [Fact]
    public void Every_flipped_bit_of_a_png_is_reported()
    {
        for (var i = 0; i < Png.Length; i++)
        {
            var damaged = (byte[])Png.Clone();
            damaged[i] ^= 1;
            Assert.False(PictureFile.Check(damaged).IsReadable, $"byte {i}");
        }
    }

    [Theory]
    [InlineData("", "0 bytes")]
    [InlineData("Hello, this is text", "starts with 'Hello, t'")]
    [InlineData("GIF89a......", "GIF")]
    [InlineData("RIFF....WEBPVP8 ", "WebP")]
    [InlineData("BM......", "truncated BMP")]
    public void What_is_no_picture_is_described(string content, string expected) =>
        Assert.Contains(expected, PictureFile.Check(System.Text.Encoding.Latin1.GetBytes(content)).Problem);

    [Fact]
    public void Bmp_is_readable_whole_and_reported_cut()
    {
        // 2×2, 24 bits, rows of 6 bytes padded to 8.
        byte[] bmp =
        [
            (byte)'B', (byte)'M', 70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0,
            40, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24, 0, .. new byte[24],
            .. new byte[16],
        ];
        Assert.Equal(new PictureCheck(2, 2, null), PictureFile.Check(bmp));
        for (var length = 0; length < bmp.Length; length++)
            Assert.False(PictureFile.Check(bmp.AsSpan(0, length)).IsReadable, $"{length} bytes");
        bmp[30] = 1;
        Assert.Contains("compressed", PictureFile.Check(bmp).Problem);
    }

    [Fact]
    public void Png_of_impossible_size_is_reported() =>
        Assert.Contains("0×3", PictureFile.Check(TestPictures.Png(0, 3, 0, 0, 0)).Problem);

    [Fact]
    public void Picture_above_the_limit_is_reported_by_its_header_with_size_and_limit()
    {
        foreach (var file in new[] { TestPictures.PngOf(20000, 20000, [0]), TestPictures.JpegOf(20000, 20000) })
            Assert.Equal("is 20000×20000, 400,000,000 pixels, above the limit of 178,956,970 (MaximumPixels)", PictureFile.Check(file).Problem);
        Assert.True(PictureFile.Check(Png, maximumPixels: 15).IsReadable);
        Assert.Contains("is 5×3, 15 pixels, above the limit of 14", PictureFile.Check(Png, maximumPixels: 14).Problem);
    }

    [Fact]
    public void Picture_of_one_pixel_is_readable() => Assert.Equal(new PictureCheck(1, 1, null), PictureFile.Check(TestPictures.Png(1, 1, 1, 2, 3)));

    [Fact]
    public void Header_tells_the_size_of_every_format_and_nothing_of_what_is_cut_off()
    {
        byte[] bmp = [(byte)'B', (byte)'M', .. new byte[16], 7, 0, 0, 0, 0xFD, 0xFF, 0xFF, 0xFF, .. new byte[28]];
        Assert.Equal((5, 3), PictureHeader.Size(Png));
        Assert.Equal((16, 16), PictureHeader.Size(TestPictures.Jpeg));
        Assert.Equal((300, 200), PictureHeader.Size(TestPictures.JpegOf(300, 200)));
        Assert.Equal((7, 3), PictureHeader.Size(bmp));   // three rows from the top
        Assert.Null(PictureHeader.Size("GIF89a"u8));
        for (var length = 0; length < 24; length++)
        {
            Assert.Null(PictureHeader.Size(Png.AsSpan(0, length)));
            Assert.Null(PictureHeader.Size(TestPictures.Jpeg.AsSpan(0, length)));
            Assert.Null(PictureHeader.Size(bmp.AsSpan(0, length)));
        }
    }

    [DataFact("style")]
    public void Real_photographs_and_paintings_are_readable()
    {
        foreach (var path in Directory.EnumerateFiles(SharedData.Path("style"), "*.jpg"))
            Assert.Null(PictureFile.Check(path).Problem);
    }
}

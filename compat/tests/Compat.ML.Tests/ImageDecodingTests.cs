using System.Text.Json;
using Microsoft.ML.Data;

namespace Compat.ML.Tests;

/// <summary>TestData/decoded-images.json: files made and decoded by Pillow (16-bit and tRNS ones by the format's definition).</summary>
public sealed class ImageDecodingTests
{
    private static readonly Dictionary<string, ImageCase> Cases = JsonSerializer
        .Deserialize<ImageCase[]>(File.ReadAllText(ImageTestData.PathOf("decoded-images.json")), JsonSerializerOptions.Web)!
        .ToDictionary(item => item.Name);

    public static TheoryData<string> Names => new(Cases.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Files_decode_to_premultiplied_bgra(string name)
    {
        ImageCase item = Cases[name];
        using MLImage image = MLImage.CreateFromStream(new MemoryStream(item.File));
        Assert.Equal((item.Width, item.Height, MLPixelFormat.Bgra32, 32), (image.Width, image.Height, image.PixelFormat, image.BitsPerPixel));
        Assert.Equal(item.Bgra, image.Pixels.ToArray());
    }

    [Theory]
    [InlineData("png rgba 8-bit")]
    [InlineData("png palette 4-bit with tRNS")]
    [InlineData("png rgb 8-bit")]
    public void A_saved_png_has_the_same_pixels(string name)
    {
        using MLImage image = MLImage.CreateFromStream(new MemoryStream(Cases[name].File));
        string path = ImageTestData.TemporaryFile(".png");
        image.Save(path);
        using MLImage again = MLImage.CreateFromFile(path);
        File.Delete(path);
        Assert.Equal(image.Pixels.ToArray(), again.Pixels.ToArray());
    }

    [Fact]
    public void A_saved_jpeg_is_near_the_original()
    {
        using MLImage image = ImageTestData.Gradient(32, 24);
        string path = ImageTestData.TemporaryFile(".JPG");
        image.Save(path);
        using MLImage again = MLImage.CreateFromFile(path);
        File.Delete(path);
        Assert.True(ImageTestData.LargestDifference(image.Pixels, again.Pixels) <= 6);
    }

    [Fact]
    public void Only_known_extensions_can_be_saved()
    {
        using MLImage image = ImageTestData.Gradient(2, 2);
        Assert.Contains("is not supported", Assert.Throws<ArgumentException>(() => image.Save("a.bmp")).Message, StringComparison.Ordinal);
        Assert.Contains("invalid image file extension", Assert.Throws<ArgumentException>(() => image.Save("a.txt")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("png rgb 8-bit")]
    [InlineData("png rgba 8-bit")]
    public void A_png_that_ends_early_keeps_its_first_rows_and_zeroes_the_others(string name)
    {
        byte[] pixels = new byte[64 * 64 * 4];
        new Random(1).NextBytes(pixels);
        for (int i = 3; i < pixels.Length; i += 4)
            pixels[i] = name.Contains("rgba", StringComparison.Ordinal) ? (byte)254 : (byte)255;
        using MLImage whole = MLImage.CreateFromPixels(64, 64, MLPixelFormat.Rgba32, pixels);
        string path = ImageTestData.TemporaryFile(".png");
        whole.Save(path);
        byte[] file = File.ReadAllBytes(path);
        using MLImage decoded = MLImage.CreateFromFile(path);
        File.Delete(path);

        using MLImage half = MLImage.CreateFromStream(new MemoryStream(file[..(file.Length / 2)]));
        int row = 64 * 4;
        int rows = Enumerable.Range(0, 64).TakeWhile(y => half.Pixels.Slice(y * row, row).SequenceEqual(decoded.Pixels.Slice(y * row, row))).Count();
        Assert.InRange(rows, 20, 40);
        Assert.True(half.Pixels[(rows * row)..].IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void A_jpeg_that_ends_early_is_accepted()
    {
        byte[] file = Cases["jpeg 4:4:4"].File;
        using MLImage image = MLImage.CreateFromStream(new MemoryStream(file[..(file.Length * 3 / 4)]));
        Assert.Equal((24, 20), (image.Width, image.Height));
        // The first block row lies before the cut.
        Assert.True(image.Pixels[..(24 * 4)].SequenceEqual(Cases["jpeg 4:4:4"].Bgra.AsSpan(0, 24 * 4)));
    }

    [Fact]
    public void Data_after_the_image_is_ignored()
    {
        foreach (string name in new[] { "jpeg 4:2:0", "png rgb 8-bit" })
        {
            using MLImage image = MLImage.CreateFromStream(new MemoryStream([.. Cases[name].File, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
            Assert.Equal(Cases[name].Bgra, image.Pixels.ToArray());
        }
    }

    [Fact]
    public void A_damaged_png_is_refused()
    {
        byte[] file = (byte[])Cases["png rgb 8-bit"].File.Clone();
        file[^30] ^= 0xFF;
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream(file)));
    }

    [Fact]
    public void What_is_no_image_is_refused()
    {
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream([])));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream("this is text, whatever its name"u8.ToArray())));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream([0xFF, 0xD8, 0xFF, 0xE0, 0, 16])));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromFile("no such file.png"));
        Assert.Throws<ArgumentNullException>(() => MLImage.CreateFromFile(null));
        Assert.Throws<ArgumentNullException>(() => MLImage.CreateFromStream(null));
    }

    [Fact]
    public void Pixels_make_an_image_only_in_the_right_number()
    {
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromPixels(10, 10, MLPixelFormat.Unknown, new byte[400]));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromPixels(10, 10, MLPixelFormat.Bgra32, new byte[401]));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromPixels(0, 10, MLPixelFormat.Bgra32, []));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromPixels(10, -1, MLPixelFormat.Bgra32, []));
        byte[] rgba = [1, 2, 3, 255];
        using MLImage image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Rgba32, rgba);
        Assert.Equal(rgba, image.Pixels.ToArray());
        Assert.Equal([3, 2, 1], image.GetBGRPixels);
    }

    [Fact]
    public void Bgr_pixels_are_divided_by_alpha()
    {
        using MLImage image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [50, 25, 0, 100]);
        Assert.Equal([128, 64, 0], image.GetBGRPixels);
    }

    [Fact]
    public void A_disposed_image_answers_nothing()
    {
        MLImage image = ImageTestData.Gradient(2, 2);
        image.Tag = "blank";
        Assert.Equal("blank", image.Tag);
        image.Dispose();
        image.Dispose();
        Assert.Equal("Object is disposed.", Assert.Throws<InvalidOperationException>(() => image.Width).Message);
        Assert.Throws<InvalidOperationException>(() => image.Tag);
        Assert.Throws<InvalidOperationException>(() => image.Tag = "x");
        Assert.Throws<InvalidOperationException>(() => image.BitsPerPixel);
        Assert.Throws<InvalidOperationException>(() => image.Pixels.Length);
    }

    private sealed record ImageCase(string Name, int Width, int Height, byte[] File, byte[] Bgra);
}

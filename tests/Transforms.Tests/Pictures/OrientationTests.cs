using System.Buffers.Binary;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using SkiaSharp;
using static MLNetGen.Tests.TestPictures;

namespace MLNetGen.Tests;

/// <summary>A picture of three columns and two rows of squares, abc over def, stored as it is and with each orientation of EXIF.</summary>
public class OrientationTests
{
    private const int Square = 8;

    // What is seen (EXIF 2.32, table 6): each row of squares from the left, the rows from the top.
    public static TheoryData<int, string> Orientations => new()
    {
        { 1, "abc/def" }, { 2, "cba/fed" }, { 3, "fed/cba" }, { 4, "def/abc" }, { 5, "ad/be/cf" }, { 6, "da/eb/fc" }, { 7, "fc/eb/da" }, { 8, "cf/be/ad" },
    };

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Jpeg_is_turned(int orientation, string seen) => Expect(seen, Jpeg(orientation, little: true), Jpeg(orientation, little: false));

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Png_is_turned_whether_eXIf_comes_before_or_after_the_data(int orientation, string seen) =>
        Expect(seen, Png(Exif(orientation, little: true), "IDAT"), Png(Exif(orientation, little: false), "IEND"));

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Webp_is_turned(int orientation, string seen) => Expect(seen, Webp(Exif(orientation, little: true)), Webp(Exif(orientation, little: false)));

    [Theory]
    [MemberData(nameof(Orientations))]
    public void A_signature_of_JPEG_before_the_data_of_another_format_does_no_harm(int orientation, string seen) =>
        Expect(seen, Webp([.. "Exif\0\0"u8, .. Exif(orientation, little: true)]), Png([.. "Exif\0\0"u8, .. Exif(orientation, little: false)], "IDAT"));

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(65535)]
    public void Orientation_that_does_not_exist_turns_nothing(int orientation) => Expect("abc/def", Jpeg(orientation, little: true), Png(Exif(orientation, little: true), "IDAT"), Webp(Exif(orientation, little: true)));

    [Fact]
    public void Exif_cut_off_anywhere_turns_nothing_and_does_no_harm()
    {
        byte[] exif = Exif(6, little: true);
        for (int length = 0; length < 20; length++)
            Assert.Equal(SKEncodedOrigin.TopLeft, ExifOrientation.Read(exif.AsSpan(0, length)));
        Assert.Equal(SKEncodedOrigin.RightTop, ExifOrientation.Read(exif));
        BinaryPrimitives.WriteUInt32LittleEndian(exif.AsSpan(4), uint.MaxValue);
        Assert.Equal(SKEncodedOrigin.TopLeft, ExifOrientation.Read(exif));
    }

    [Fact]
    public void Made_pictures_carry_no_orientation()
    {
        using TestFolder folder = new();
        string path = folder.Write("a.jpg", Jpeg(6, little: true));
        PictureFile.Read(path).Save(folder.Path("b.png"));
        Assert.Equal("da/eb/fc", Squares(PictureFile.Read(folder.Path("b.png"))));
    }

    private static void Expect(string seen, params byte[][] files)
    {
        string[] rows = seen.Split('/');
        (int width, int height) = (rows[0].Length * Square, rows.Length * Square);
        foreach (byte[] file in files)
        {
            using TestFolder folder = new();
            string path = folder.Write("a.png", file);
            Assert.Equal(new PictureCheck(width, height, null), PictureFile.Check(file));
            Assert.Equal(seen, Squares(PictureFile.Read(path)));
            MLContext ml = new(seed: 1);
            IDataView view = ml.Images.LoadFolder(folder.Root);
            Assert.Equal(new ImageDataViewType(height, width), view.Schema["Image"].Type);
            Assert.Equal(seen, Squares(Assert.Single(Rows.Pictures(view))));
        }
    }

    // Every pixel of a square is of its grey.
    private static string Squares(Picture picture) => string.Join('/', Enumerable.Range(0, picture.Height / Square).Select(row =>
        string.Concat(Enumerable.Range(0, picture.Width / Square).Select(column =>
        {
            byte grey = picture.Pixels[((row * Square * picture.Width) + (column * Square)) * 3];
            for (int y = 0; y < Square; y++)
                for (int i = 0; i < Square * 3; i++)
                    Assert.Equal(grey, picture.Pixels[(((row * Square) + y) * picture.Width + (column * Square)) * 3 + i]);
            return (char)('a' + (grey / 40));
        }))));

    private static byte Grey(int x, int y) => (byte)(((y / Square * 3) + (x / Square)) * 40 + 20);

    private static SKBitmap Bitmap()
    {
        SKBitmap bitmap = new(3 * Square, 2 * Square);
        for (int y = 0; y < bitmap.Height; y++)
            for (int x = 0; x < bitmap.Width; x++)
                bitmap.SetPixel(x, y, new SKColor(Grey(x, y), Grey(x, y), Grey(x, y)));
        return bitmap;
    }

    private static byte[] Jpeg(int orientation, bool little)
    {
        using SKBitmap bitmap = Bitmap();
        byte[] jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 100).ToArray(), exif = Exif(orientation, little);
        return [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(8 + exif.Length), .. "Exif\0\0"u8, .. exif, .. jpeg[2..]];
    }

    private static byte[] Png(byte[] exif, string before) => WithExif(TestPictures.Png(3 * Square, 2 * Square, (x, y) => (Grey(x, y), Grey(x, y), Grey(x, y), 255)), exif, before);

    // RFC 9649, section 2.7: VP8X says that there is EXIF, then come the picture and the EXIF chunk.
    private static byte[] Webp(byte[] exif)
    {
        using SKBitmap bitmap = Bitmap();
        using SKPixmap pixels = bitmap.PeekPixels();
        byte[] picture = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100)).ToArray()[12..];
        byte[] body =
        [
            .. "WEBPVP8X"u8, 10, 0, 0, 0, 0x08, 0, 0, 0, (3 * Square) - 1, 0, 0, (2 * Square) - 1, 0, 0,
            .. picture, .. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif,
        ];
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, body.Length);
        return [.. "RIFF"u8, .. length, .. body];
    }
}

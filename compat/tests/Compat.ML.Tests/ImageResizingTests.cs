using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Imaging;
using Microsoft.ML.Imaging.Resizing;

namespace Compat.ML.Tests;

/// <summary>TestData/skia-draws.json: the same draws by Skia m88 itself (CanvasKit 0.19), high filter quality.</summary>
public sealed class ImageResizingTests
{
    private static readonly Dictionary<string, ImageResizeMode> Modes = new()
    {
        ["pad"] = ImageResizeMode.Pad,
        ["top"] = ImageResizeMode.CropAnchorTop,
        ["bottom"] = ImageResizeMode.CropAnchorBottom,
        ["left"] = ImageResizeMode.CropAnchorLeft,
        ["right"] = ImageResizeMode.CropAnchorRight,
        ["central"] = ImageResizeMode.CropAnchorCentral,
    };

    [Theory]
    // Pad: the whole image, centred, its sides cut to whole pixels.
    [InlineData(100, 50, 40, 40, "pad", 0, 10, 40, 20)]
    [InlineData(50, 100, 40, 40, "pad", 10, 0, 20, 40)]
    [InlineData(3, 2, 10, 10, "pad", 0, 1, 10, 6)]
    // Crop: the longer side hangs over; the anchor says where.
    [InlineData(100, 50, 40, 40, "central", -20, 0, 80, 40)]
    [InlineData(100, 50, 40, 40, "left", 0, 0, 80, 40)]
    [InlineData(100, 50, 40, 40, "right", -40, 0, 80, 40)]
    [InlineData(50, 100, 40, 40, "central", 0, -20, 40, 80)]
    [InlineData(50, 100, 40, 40, "top", 0, 0, 40, 80)]
    [InlineData(50, 100, 40, 40, "bottom", 0, -40, 40, 80)]
    // An anchor for the other axis is the centre.
    [InlineData(100, 50, 40, 40, "top", -20, 0, 80, 40)]
    [InlineData(17, 13, 5, 5, "right", -1, 0, 6, 5)]
    public void The_source_lands_in_the_documented_rectangle(
        int sourceWidth, int sourceHeight, int width, int height, string mode, int x, int y, int placedWidth, int placedHeight) =>
        Assert.Equal(new Placement(x, y, placedWidth, placedHeight), Placement.Of(sourceWidth, sourceHeight, width, height, Modes[mode]));

    [Fact]
    public void Crop_and_pad_draw_what_skia_draws()
    {
        DrawCase[] cases = JsonSerializer.Deserialize<DrawCase[]>(File.ReadAllText(ImageTestData.PathOf("skia-draws.json")), JsonSerializerOptions.Web)!;
        Assert.NotEmpty(cases);
        foreach (DrawCase item in cases)
        {
            var source = new PixelBuffer(item.Sw, item.Sh, MLPixelFormat.Rgba32, !item.Alpha, Noise(item.Sw, item.Sh, item.Alpha));
            PixelBuffer drawn = ImageResizer.Resize(source, item.Dw, item.Dh, Modes[item.Mode]);
            // Growing is exact. Shrinking: CanvasKit interpolates in floating point where desktop Skia has 16 bits, as here.
            bool shrinks = item.Rect[2] - item.Rect[0] < item.Sw || item.Rect[3] - item.Rect[1] < item.Sh;
            int difference = 0;
            for (int i = 0; i < drawn.Bytes.Length; i += 4)
            {
                for (int channel = 0; channel < 3; channel++)
                    difference = Math.Max(difference, Math.Abs(drawn.Bytes[i + channel] - item.Rgba[i + 2 - channel]));
            }
            Assert.True(difference <= (shrinks ? 2 : 0), $"{item} differs by {difference}");
        }
    }

    [Fact]
    public void Fill_takes_the_nearest_pixel_and_the_first_of_two()
    {
        var source = new PixelBuffer(8, 3, MLPixelFormat.Bgra32, isOpaque: true);
        for (int i = 0; i < 24; i++)
            source.Bytes[4 * i] = (byte)i;
        PixelBuffer half = ImageResizer.Resize(source, 4, 2, ImageResizeMode.Fill);
        // Centres 1, 3, 5, 7 across lie between two pixels; 0.75 and 2.25 down do not.
        Assert.Equal([0, 2, 4, 6, 16, 18, 20, 22], Blues(half));
        PixelBuffer third = ImageResizer.Resize(source, 3, 1, ImageResizeMode.Fill);
        Assert.Equal([9, 11, 14], Blues(third)); // centres 1.33, 4 and 6.67 across: 4 goes to pixel 3; 1.5 down
        PixelBuffer twice = ImageResizer.Resize(third, 6, 1, ImageResizeMode.Fill);
        Assert.Equal([9, 9, 11, 11, 14, 14], Blues(twice));
    }

    [Fact]
    public void Padding_is_zero_in_every_channel()
    {
        using MLImage white = MLImage.CreateFromPixels(4, 2, MLPixelFormat.Bgra32, Enumerable.Repeat((byte)255, 32).ToArray());
        using MLImage padded = white.CloneWithResizing(4, 4, ImageResizeMode.Pad);
        Assert.Equal(Enumerable.Repeat((byte)0, 16), padded.Pixels[..16].ToArray());
        Assert.Equal(Enumerable.Repeat((byte)255, 32), padded.Pixels[16..48].ToArray());
        Assert.Equal(Enumerable.Repeat((byte)0, 16), padded.Pixels[48..].ToArray());
    }

    [Fact]
    public void A_transparent_source_is_drawn_over_black()
    {
        using MLImage half = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [100, 50, 25, 128]);
        using MLImage grown = half.CloneWithResizing(2, 2, ImageResizeMode.CropAnchorCentral);
        Assert.Equal([100, 50, 25, 255], grown.Pixels[..4].ToArray());
    }

    private static byte[] Blues(PixelBuffer pixels) => Enumerable.Range(0, pixels.Width * pixels.Height).Select(i => pixels.Bytes[4 * i]).ToArray();

    // The generator that the draws were made from.
    private static byte[] Noise(int width, int height, bool alpha)
    {
        var pixels = new byte[width * height * 4];
        uint state = 12345;
        for (int i = 0; i < pixels.Length; i++)
        {
            state = (state * 1103515245) + 12345;
            pixels[i] = (byte)(state >> 16);
        }
        for (int i = 0; i < pixels.Length; i += 4)
        {
            if (!alpha)
                pixels[i + 3] = 255;
            for (int channel = 0; channel < 3; channel++)
                pixels[i + channel] = Math.Min(pixels[i + channel], pixels[i + 3]);
        }
        return pixels;
    }

    private sealed record DrawCase(int Sw, int Sh, int Dw, int Dh, string Mode, bool Alpha, int[] Rect, byte[] Rgba);
}

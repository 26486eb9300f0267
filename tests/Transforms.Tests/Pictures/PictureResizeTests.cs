using System.Text.Json;

namespace MLNetGen.Tests;

/// <summary>Against Pillow's BICUBIC, as tests/peers/resize.py wrote it, and against sizes worked out by hand.</summary>
public class PictureResizeTests
{
    // Pillow's weights are whole 2⁻²²nds, ours float32: a sum may round to the other side.
    private const int Tolerance = 1;

    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static TheoryData<Resizing> Resizings { get; } = [.. JsonSerializer.Deserialize<Fixture>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Pictures", "Fixtures", "resize.json")), Names)!.Cases];

    [Theory]
    [MemberData(nameof(Resizings))]
    public void Pixels_are_Pillows(Resizing resizing)
    {
        var picture = Made(resizing.Smooth, resizing.Width, resizing.Height);
        var resized = resizing.Cover
            ? PictureResize.ToCover(picture, resizing.ToWidth, resizing.ToHeight) : PictureResize.To(picture, resizing.ToWidth, resizing.ToHeight);
        Assert.Equal((resizing.ToWidth, resizing.ToHeight, 3), (resized.Width, resized.Height, resized.Channels));
        var worst = Convert.FromBase64String(resizing.Pixels).Zip(resized.Pixels, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= Tolerance, $"they differ by {worst}");
    }

    [Theory]
    [InlineData(1280, 720, 500, 500, 281)]
    [InlineData(720, 1280, 500, 281, 500)]
    [InlineData(30, 30, 60, 60, 60)]
    [InlineData(1000, 1, 10, 10, 1)]
    public void The_longer_side_is_as_given_and_the_other_in_proportion(int width, int height, int length, int toWidth, int toHeight)
    {
        var resized = PictureResize.ToLongerSide(MadePictures.Solid(width, height, 10, 20, 30), length);
        Assert.Equal((toWidth, toHeight), (resized.Width, resized.Height));
        Assert.Equal([10, 20, 30], resized.Pixels[^3..]);
    }

    [Theory]
    [InlineData(1280, 720, 90, 160, 90)]
    [InlineData(20, 50, 41, 41, 102)]
    [InlineData(7, 3, 6, 14, 6)]
    public void The_shorter_side_is_as_given_and_the_other_in_proportion(int width, int height, int length, int toWidth, int toHeight)
    {
        var resized = PictureResize.ToShorterSide(MadePictures.Solid(width, height, 10, 20, 30), length);
        Assert.Equal((toWidth, toHeight), (resized.Width, resized.Height));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, -1)]
    public void A_size_below_one_pixel_is_refused(int width, int height)
    {
        Picture picture = MadePictures.Solid(4, 4, 10, 20, 30);
        int smaller = Math.Min(width, height);
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureResize.To(picture, width, height));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureResize.ToCover(picture, width, height));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureResize.ToLongerSide(picture, smaller));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureResize.ToLongerSideAtMost(picture, smaller));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureResize.ToShorterSide(picture, smaller));
    }

    [Fact]
    public void Covering_takes_the_middle()
    {
        // Thirds of red, green and blue: the middle square of 30×10 is the green one.
        var picture = new Picture(30, 10, 3, [.. Enumerable.Range(0, 900).Select(i => (byte)(i % 3 == i / 3 % 30 / 10 ? 200 : 0))]);
        var covered = PictureResize.ToCover(picture, 20, 20);
        Assert.Equal([0, 200, 0], covered.Pixels[((10 * 20 + 10) * 3)..][..3]);
        Assert.Equal((20, 20), (covered.Width, covered.Height));
    }

    [Fact]
    public void A_picture_of_the_size_already_is_itself()
    {
        var picture = MadePictures.Uniform(8, 6, 3, 1);
        Assert.Same(picture, PictureResize.To(picture, 8, 6));
        Assert.Same(picture, PictureResize.ToCover(picture, 8, 6));
    }

    [Fact]
    public void Grey_pictures_stay_grey_and_equal_each_channel_of_coloured_ones()
    {
        var picture = MadePictures.Uniform(13, 9, 3, 2);
        var resized = PictureResize.To(picture, 7, 20);
        for (var c = 0; c < 3; c++)
        {
            var grey = PictureResize.To(new Picture(13, 9, 1, [.. MadePictures.Channel(picture, c).Select(value => (byte)value)]), 7, 20);
            Assert.Equal(MadePictures.Channel(resized, c), MadePictures.Channel(grey, 0));
        }
    }

    // The script's pictures.
    private static Picture Made(bool smooth, int width, int height) => new(width, height, 3, smooth
        ? [.. from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) from c in Enumerable.Range(0, 3)
              select (byte)(128 + 60 * Math.Sin(x * 0.4 + c) + 60 * Math.Cos(y * 0.3 - c))]
        : [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)((i * i * 7 + i * 13 + i / 5) % 256))]);

    public sealed record Resizing(bool Smooth, int Width, int Height, int ToWidth, int ToHeight, bool Cover, string Pixels)
    {
        public override string ToString() => $"{(Smooth ? "waves" : "noise")} {Width}×{Height} to {ToWidth}×{ToHeight}{(Cover ? ", covered" : "")}";
    }

    private sealed record Fixture(Resizing[] Cases);
}

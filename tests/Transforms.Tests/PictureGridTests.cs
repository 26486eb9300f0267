using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Tests;

public class PictureGridTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Saved_sheet_shows_each_picture_in_its_cell()
    {
        using var folder = new TestFolder();
        var pictures = Enumerable.Range(0, 5).Select(i => Solid(28, 28, (byte)(40 * i), 0, 255)).ToList();
        PictureGrid.Save(folder.Path("new/sheet.png"), pictures, columns: 3);

        var sheet = Decode(folder.Path("new/sheet.png"));
        // 28 pixels twice are 56; three cells and four gaps of 2 across, two and three down.
        Assert.Equal((3 * 56 + 8, 2 * 56 + 6), (sheet.Width, sheet.Height));
        for (var i = 0; i < 5; i++)
        {
            var (left, top) = (2 + i % 3 * 58, 2 + i / 3 * 58);
            foreach (var (x, y) in new[] { (left, top), (left + 55, top + 55), (left + 30, top + 20) })
                Assert.Equal(((byte)(40 * i), (byte)0, (byte)255), At(sheet, x, y));
        }
        var background = At(sheet, 0, 0);
        Assert.Equal(background, At(sheet, 2 + 56, 10));              // the gap
        Assert.Equal(background, At(sheet, 2 + 2 * 58 + 5, 2 + 58 + 5));   // the sixth cell, empty
        Assert.Equal(["sheet.png"], Directory.GetFiles(folder.Path("new")).Select(Path.GetFileName));
    }

    [Fact]
    public void Scale_repeats_pixels()
    {
        var picture = new Picture(2, 1, 3, [1, 2, 3, 4, 5, 6]);
        var sheet = PictureGrid.Draw([picture], scale: 3, gap: 0);
        Assert.Equal((6, 3), (sheet.Width, sheet.Height));
        for (var y = 0; y < 3; y++)
            for (var x = 0; x < 6; x++)
                Assert.Equal(x < 3 ? ((byte)1, (byte)2, (byte)3) : ((byte)4, (byte)5, (byte)6), At(sheet, x, y));
    }

    [Theory]
    [InlineData(28, 2)]
    [InlineData(32, 2)]
    [InlineData(64, 1)]
    [InlineData(56, 1)]
    [InlineData(8, 7)]
    [InlineData(300, 1)]
    public void Automatic_scale_makes_cells_visible(int side, int factor) =>
        Assert.Equal(side * factor, PictureGrid.Draw([Solid(side, side, 0, 0, 0)], gap: 0).Width);

    [Fact]
    public void Grey_pictures_are_drawn_grey() =>
        Assert.Equal((77, 77, 77), At(PictureGrid.Draw([new Picture(1, 1, 1, [77])], scale: 1, gap: 0), 0, 0));

    [Fact]
    public void Picture_of_another_shape_is_fitted_and_centred()
    {
        var sheet = PictureGrid.Draw([Solid(10, 10, 0, 0, 0), Solid(40, 20, 9, 9, 9)], scale: 1, gap: 0);
        // 40×20 into 10×10: 10×5, two rows above and three below.
        Assert.Equal([64, 64, 9, 9, 9, 9, 9, 64, 64, 64], Enumerable.Range(0, 10).Select(y => (int)At(sheet, 15, y).R));
    }

    [Theory]
    [InlineData(8, 2046, 64, 2045, 64)]   // (16384 − 2) / 8 − 2 across
    [InlineData(8, 4090, 1000, 2045, 500)]
    [InlineData(1, 4095, 1, 16380, 4)]    // 56 times larger before it is fitted in
    [InlineData(1, 1, 20000, 1, 16380)]
    public void A_sheet_that_would_be_too_long_has_smaller_cells(int count, int width, int height, int cellWidth, int cellHeight)
    {
        var sheet = PictureGrid.Draw([.. Enumerable.Range(0, count).Select(i => Solid(width, height, (byte)(10 * i), 0, 255))]);
        Assert.Equal((2 + count * (cellWidth + 2), cellHeight + 4), (sheet.Width, sheet.Height));
        for (var i = 0; i < count; i++)
            foreach (var (x, y) in new[] { (2, 2), (1 + cellWidth, 1 + cellHeight) })
                Assert.Equal(((byte)(10 * i), (byte)0, (byte)255), At(sheet, i * (cellWidth + 2) + x, y));
    }

    [Fact]
    public void Cells_that_have_no_room_between_gaps_have_none()
    {
        // 10,000 rows: gaps of 2 alone would be 20,002 pixels.
        var sheet = PictureGrid.Draw([.. Enumerable.Range(0, 10_000).Select(i => Solid(28, 28, (byte)(i / 40), 0, 9))], columns: 1);
        Assert.Equal((1, 10_000), (sheet.Width, sheet.Height));
        Assert.All(Enumerable.Range(0, 10_000), i => Assert.Equal(((byte)(i / 40), (byte)0, (byte)9), At(sheet, 0, i)));
    }

    [Fact]
    public void Smaller_cells_are_means_of_pixels()
    {
        // Columns of 0 and 200 by turns, two to a pixel of the sheet.
        var stripes = new Picture(2 * 16380, 56, 1, [.. Enumerable.Range(0, 2 * 16380 * 56).Select(i => (byte)(i % 2 * 200))]);
        var sheet = PictureGrid.Draw([stripes]);
        Assert.Equal((16384, 28 + 4), (sheet.Width, sheet.Height));
        Assert.All(Enumerable.Range(2, 16380), x => Assert.Equal((100, 100, 100), At(sheet, x, 16)));
    }

    [Fact]
    public void View_is_drawn_in_order()
    {
        using var folder = new TestFolder();
        var moons = ml.Images.MoonPhases(6, size: 64);
        ml.Images.SaveGrid(moons, "Image", folder.Path("moons.png"), columns: 4);
        var sheet = Decode(folder.Path("moons.png"));
        Assert.Equal((4 * 66 + 2, 2 * 66 + 2), (sheet.Width, sheet.Height));
        var expected = Rows.Pictures(moons);
        for (var i = 0; i < 6; i++)
            for (var p = 0; p < 64 * 64; p += 17)
                Assert.Equal(At(expected[i], p % 64, p / 64), At(sheet, 2 + i % 4 * 66 + p % 64, 2 + i / 4 * 66 + p / 64));
    }

    [Fact]
    public void Column_that_holds_no_images_is_refused_by_name()
    {
        var moons = ml.Images.MoonPhases(2);
        Assert.Contains("'Label' holds", Assert.Throws<ArgumentException>(() => ml.Images.SaveGrid(moons, "Label", "x.png")).Message);
        var absent = Assert.Throws<ArgumentException>(() => ml.Images.SaveGrid(moons, "Picture", "x.png"));
        Assert.Contains("no column 'Picture'", absent.Message);
        Assert.Contains("'Image'", absent.Message);
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Picture[] one = [Solid(4, 4, 0, 0, 0)];
        Assert.Throws<ArgumentException>(() => PictureGrid.Draw([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureGrid.Draw(one, columns: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureGrid.Draw(one, scale: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureGrid.Draw(one, gap: -1));
        Assert.Contains("longest side", Assert.Throws<ArgumentException>(() => PictureGrid.Draw(one, scale: 100_000)).Message);
        Assert.Contains(".png", Assert.Throws<ArgumentException>(() => PictureGrid.Save("sheet.gif", one)).Message);
    }

    [Fact]
    public void Picture_refuses_bytes_that_do_not_fit()
    {
        Assert.Contains("12 bytes, not 11", Assert.Throws<ArgumentException>(() => new Picture(2, 2, 3, new byte[11])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Picture(1, 1, 4, new byte[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Picture(0, 1, 1, []));
    }

    [Theory]
    [InlineData(MLPixelFormat.Bgra32)]
    [InlineData(MLPixelFormat.Rgba32)]
    public void Picture_from_image_is_red_green_blue_on_white(MLPixelFormat format)
    {
        // One opaque pixel, one a quarter covered (premultiplied).
        byte[] rgba = [200, 100, 50, 255, 40, 20, 10, 64];
        var pixels = format == MLPixelFormat.Rgba32 ? rgba : [50, 100, 200, 255, 10, 20, 40, 64];
        using var image = MLImage.CreateFromPixels(2, 1, format, pixels);
        Assert.Equal([200, 100, 50, 40 + 191, 20 + 191, 10 + 191], Picture.FromImage(image).Pixels);
    }

    private static Picture Solid(int width, int height, byte r, byte g, byte b) =>
        new(width, height, 3, [.. Enumerable.Repeat(new[] { r, g, b }, width * height).SelectMany(p => p)]);

    private static Picture Decode(string path)
    {
        using var image = MLImage.CreateFromFile(path);
        return Picture.FromImage(image);
    }

    private static (byte R, byte G, byte B) At(Picture picture, int x, int y)
    {
        var at = (y * picture.Width + x) * 3;
        return (picture.Pixels[at], picture.Pixels[at + 1], picture.Pixels[at + 2]);
    }
}

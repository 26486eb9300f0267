namespace MLNetGen.Tests;

public class LuminanceTransferTests
{
    [Fact]
    public void Brightness_is_the_one_pictures_and_colour_the_others()
    {
        var stylised = new Picture(1, 1, 3, [150, 150, 150]);
        // Y of (100, 120, 80) is 29.9 + 70.44 + 9.12 = 109.46; 40.54 more in every channel.
        var photograph = new Picture(1, 1, 3, [100, 120, 80]);
        Assert.Equal([141, 161, 121], LuminanceTransfer.Apply(stylised, photograph).Pixels);
    }

    [Fact]
    public void Luminance_is_kept_where_colours_leave_the_range()
    {
        var stylised = MadePictures.Uniform(40, 40, 3, seed: 1);
        var result = LuminanceTransfer.Apply(stylised, MadePictures.Uniform(40, 40, 3, seed: 2));
        for (var i = 0; i < 1600; i++)
            Assert.Equal(Y(stylised, i), Y(result, i), 0.51);

        static double Y(Picture picture, int i) => 0.299 * picture.Pixels[3 * i] + 0.587 * picture.Pixels[3 * i + 1] + 0.114 * picture.Pixels[3 * i + 2];
    }

    [Fact]
    public void A_grey_photograph_gives_a_grey_picture()
    {
        var result = LuminanceTransfer.Apply(MadePictures.Solid(2, 2, 255, 0, 0), new Picture(2, 2, 1, [1, 90, 200, 255]));
        Assert.All(result.Pixels, value => Assert.Equal(76, value));   // 0.299 · 255
    }

    [Fact]
    public void Sizes_must_agree() =>
        Assert.Contains("2×2 and 3×2", Assert.Throws<ArgumentException>(() =>
            LuminanceTransfer.Apply(MadePictures.Solid(2, 2, 0, 0, 0), MadePictures.Solid(3, 2, 0, 0, 0))).Message, StringComparison.Ordinal);
}

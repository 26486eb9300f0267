namespace MLNetGen.Tests;

public class PictureMaskTests
{
    private static readonly Picture Black = MadePictures.Solid(4, 2, 10, 20, 30), White = MadePictures.Solid(4, 2, 110, 220, 130);

    [Fact]
    public void Black_shows_the_first_white_the_second_grey_both()
    {
        var blended = PictureMask.Blend(Black, White, new Picture(4, 2, 1, [0, 255, 51, 204, 0, 0, 0, 0]));
        Assert.Equal([10, 20, 30, 110, 220, 130, 30, 60, 50, 90, 180, 110], blended.Pixels[..12]);
    }

    [Fact]
    public void A_smaller_mask_is_stretched_smoothly()
    {
        // The second of four lies ¼ of a mask pixel from the first and ¾ from the other: the cubic kernel's 0.8672 and 0.2266,
        // of which the white one has 0.2071; of the outer ones it has none.
        var blended = PictureMask.Blend(new Picture(4, 1, 1, new byte[4]), new Picture(4, 1, 1, [200, 200, 200, 200]), new Picture(2, 1, 1, [0, 255]));
        Assert.Equal([0, 42, 158, 200], MadePictures.Channel(blended, 0));
    }

    [Fact]
    public void A_larger_mask_counts_with_all_its_pixels()
    {
        var checkers = new Picture(64, 64, 1, [.. Enumerable.Range(0, 64 * 64).Select(i => (byte)((i / 64 + i % 64) % 2 * 255))]);
        var blended = PictureMask.Blend(Black, White, checkers);
        Assert.All(MadePictures.Channel(blended, 0), value => Assert.InRange(value, 58, 62));
    }

    [Fact]
    public void A_coloured_mask_counts_by_its_brightness()
    {
        var blended = PictureMask.Blend(Black, White, MadePictures.Solid(4, 2, 0, 255, 0));
        Assert.Equal(10 + 100 * 0.587, blended.Pixels[0], 1.0);
    }

    [Fact]
    public void Pictures_of_different_sizes_are_refused() =>
        Assert.Throws<ArgumentException>(() => PictureMask.Blend(Black, MadePictures.Solid(4, 3, 0, 0, 0), Black));
}

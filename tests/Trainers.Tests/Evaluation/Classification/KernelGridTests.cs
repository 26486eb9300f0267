namespace MLNetGen.Tests.Classification;

public class KernelGridTests
{
    [Fact]
    public void Each_kernel_spans_its_own_range_from_black_to_white()
    {
        // Two kernels of 3×1×2: the second is the first times 100, plus 7, and looks the same.
        float[] first = [-1, 0, 1, 0.5f, -0.5f, 1];
        Picture grid = KernelGrid.Draw([.. first, .. first.Select(weight => (100 * weight) + 7)], 2, 3, 1, 2, columns: 1);
        // Channels last; 0 lies in the middle of −1 to 1.
        (byte, byte, byte) left = (0, 255, 64), right = (128, 191, 255);
        const int Gap = 6;
        int scale = PictureGrid.MinimumCellSize, below = Gap + scale + Gap;
        foreach (int top in (int[])[Gap, below])
        {
            Assert.Equal(left, Pixel(grid, Gap, top));
            Assert.Equal(right, Pixel(grid, Gap + scale, top));
        }
    }

    [Fact]
    public void Kernels_without_a_range_are_grey_and_others_than_pictures_are_refused()
    {
        Picture grid = KernelGrid.Draw([4, 4, 4, 4, float.NaN, 1, 2, 3], 2, 1, 2, 2);
        Assert.Equal((128, 128, 128), Pixel(grid, 6, 6));
        Assert.Contains("see 64 channels", Assert.Throws<ArgumentOutOfRangeException>(() => KernelGrid.Draw(new float[64], 1, 64, 1, 1)).Message);
        Assert.Contains("are 27 weights, not 26", Assert.Throws<ArgumentException>(() => KernelGrid.Draw(new float[26], 1, 3, 3, 3)).Message);
    }

    private static (byte R, byte G, byte B) Pixel(Picture picture, int x, int y)
    {
        int at = ((y * picture.Width) + x) * 3;
        return (picture.Pixels[at], picture.Pixels[at + 1], picture.Pixels[at + 2]);
    }
}

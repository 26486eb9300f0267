using Microsoft.ML.Data;

namespace Compat.ML.Tests;

internal static class ImageTestData
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "TestData", name);

    public static string TemporaryFile(string extension) => Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + extension);

    /// <summary>Red grows across, green down, blue is 40.</summary>
    public static MLImage Gradient(int width, int height)
    {
        var pixels = new byte[width * height * 4];
        for (int i = 0; i < width * height; i++)
            Pixel(i % width, i / width).CopyTo(pixels, 4 * i);
        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);
    }

    public static byte[] Pixel(int x, int y) => [40, (byte)(y * 8), (byte)(x * 7), 255];

    public static int LargestDifference(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Assert.Equal(left.Length, right.Length);
        int largest = 0;
        for (int i = 0; i < left.Length; i++)
            largest = Math.Max(largest, Math.Abs(left[i] - right[i]));
        return largest;
    }
}

namespace MLNetGen.Studio.Models;

/// <summary>Ten parts of a picture: its corners and its middle at seven eighths of its size, and the same mirrored.</summary>
internal static class PictureCrops
{
    private const int Eighths = 7;

    public static IEnumerable<Picture> Of(Picture picture)
    {
        int width = Math.Max(1, picture.Width * Eighths / 8), height = Math.Max(1, picture.Height * Eighths / 8), right = picture.Width - width, below = picture.Height - height;
        foreach ((int x, int y) in ((int, int)[])[(0, 0), (right, 0), (0, below), (right, below), (right / 2, below / 2)])
        {
            yield return Part(picture, x, y, width, height, isMirrored: false);
            yield return Part(picture, x, y, width, height, isMirrored: true);
        }
    }

    private static Picture Part(Picture picture, int left, int top, int width, int height, bool isMirrored)
    {
        int channels = picture.Channels;
        byte[] pixels = new byte[width * height * channels];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int from = (((top + y) * picture.Width) + left + (isMirrored ? width - 1 - x : x)) * channels;
                picture.Pixels.AsSpan(from, channels).CopyTo(pixels.AsSpan(((y * width) + x) * channels));
            }
        }
        return new(width, height, channels, pixels);
    }
}

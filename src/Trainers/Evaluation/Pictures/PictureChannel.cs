namespace MLNetGen.Evaluation;

/// <summary>The planes of a picture that are compared, 0 to 255, row by row.</summary>
internal static class PictureChannel
{
    public static IEnumerable<double[]> Of(Picture picture, PictureChannels channels) =>
        channels == PictureChannels.Luminance ? [Luminance(picture)] : Enumerable.Range(0, 3).Select(channel => Plane(picture, channel));

    private static double[] Plane(Picture picture, int channel)
    {
        int from = picture.Channels == 1 ? 0 : channel;
        double[] plane = new double[picture.Width * picture.Height];
        for (int i = 0; i < plane.Length; i++, from += picture.Channels)
            plane[i] = picture.Pixels[from];
        return plane;
    }

    private static double[] Luminance(Picture picture)
    {
        (int green, int blue) = picture.Channels == 1 ? (0, 0) : (1, 2);
        double[] plane = new double[picture.Width * picture.Height];
        for (int i = 0, from = 0; i < plane.Length; i++, from += picture.Channels)
            plane[i] = 16 + (65.481 * picture.Pixels[from] + 128.553 * picture.Pixels[from + green] + 24.966 * picture.Pixels[from + blue]) / 255;
        return plane;
    }
}

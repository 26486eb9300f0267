namespace MLNetGen.Cli;

/// <summary>A picture to paint and one to paint like, for a demo without any data.</summary>
internal static class DemoPictures
{
    /// <summary>A full moon over a calm sea.</summary>
    public static Picture MoonOverSea(int size) => Draw(size, (x, y) =>
    {
        const double Horizon = 0.62, Radius = 0.14;
        double moon = Math.Sqrt(Math.Pow(x - 0.6, 2) + Math.Pow(y - 0.3, 2)) / Radius, glow = Math.Exp(-moon / 2);
        if (moon < 1)
            return (0.98 - 0.12 * Math.Sin(9 * x) * Math.Cos(11 * y), 0.95 - 0.1 * Math.Sin(9 * x) * Math.Cos(11 * y), 0.82);
        if (y < Horizon)
            return (0.08 + 0.35 * y + 0.5 * glow, 0.12 + 0.35 * y + 0.45 * glow, 0.35 + 0.3 * y + 0.25 * glow);
        double ripple = 0.5 + 0.5 * Math.Sin(90 * Math.Sqrt(y - Horizon) + 4 * Math.Sin(14 * x)), path = Math.Exp(-Math.Pow((x - 0.6) / (0.05 + 0.35 * (y - Horizon)), 2));
        return (0.05 + 0.7 * path * ripple, 0.16 + 0.08 * ripple + 0.6 * path * ripple, 0.28 + 0.14 * ripple + 0.35 * path * ripple);
    });

    /// <summary>Warm and cold bands that bend, as of a broad brush.</summary>
    public static Picture Waves(int size) => Draw(size, (x, y) =>
    {
        double bend = y + 0.12 * Math.Sin(9 * x) + 0.05 * Math.Sin(23 * x + 7 * y), band = Math.Sin(38 * bend), stroke = 0.5 + 0.5 * Math.Sin(160 * (bend + 0.3 * x));
        return band > 0.2 ? (0.93 - 0.2 * stroke, 0.62 - 0.25 * stroke, 0.18) : band > -0.4 ? (0.85, 0.8 - 0.2 * stroke, 0.62) : (0.1, 0.25 + 0.2 * stroke, 0.5 + 0.25 * stroke);
    });

    private static Picture Draw(int size, Func<double, double, (double Red, double Green, double Blue)> color)
    {
        byte[] pixels = new byte[3 * size * size];
        for (int i = 0; i < size * size; i++)
        {
            (double red, double green, double blue) = color((double)(i % size) / size, (double)(i / size) / size);
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = (Byte(red), Byte(green), Byte(blue));
        }
        return new Picture(size, size, 3, pixels);

        static byte Byte(double value) => (byte)Math.Round(255 * Math.Clamp(value, 0, 1));
    }
}

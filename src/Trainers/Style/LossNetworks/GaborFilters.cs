namespace MLNetGen.Style;

/// <summary>
/// Random Gabor filters: a cosine grating under a Gaussian window, of any direction, wavelength, phase and colour. Each sums to 0 over a
/// channel and has deviation 1 on photographs.
/// </summary>
/// <remarks>
/// Smooth filters of one direction each paint strokes and outlines; white noise of the same size paints blotches. Drawn by
/// <see cref="Random"/>, whose numbers for a seed are documented to stay: the same seed gives the same filters on every machine.
/// </remarks>
internal static class GaborFilters
{
    // Of a window, in widths of the filter: 2¼ deviations to either side.
    private const double Window = 1 / 4.5;

    private const double ShortestWavelength = 3;

    // Neighbouring pixels of photographs are alike: their correlation falls by e in so many pixels.
    private const double CorrelationLength = 6;

    /// <param name="random">Numbers are taken in the order of the filters.</param>
    /// <param name="filters">How many: their directions are spread evenly, with a jitter.</param>
    /// <param name="channels">Of the picture; 1 for the luminance alone. Taken to be uncorrelated and of one deviation.</param>
    /// <param name="size">Height and width in pixels, odd.</param>
    /// <returns>[filters, channels, size, size].</returns>
    public static float[] Draw(Random random, int filters, int channels, int size)
    {
        double[,] correlation = Correlation(size);
        float[] values = new float[filters * channels * size * size];
        for (int filter = 0; filter < filters; filter++)
        {
            double direction = Math.PI * (filter + random.NextDouble()) / filters;
            double wavelength = ShortestWavelength + (size - ShortestWavelength) * random.NextDouble();
            double phase = 2 * Math.PI * random.NextDouble();
            double[] colour = Direction(random, channels);
            double[] wave = Wave(size, direction, wavelength, phase);
            double deviation = Math.Sqrt(Form(correlation, wave));
            for (int channel = 0; channel < channels; channel++)
            {
                for (int pixel = 0; pixel < wave.Length; pixel++)
                    values[(filter * channels + channel) * wave.Length + pixel] = (float)(colour[channel] * wave[pixel] / deviation);
            }
        }

        return values;
    }

    private static double[] Wave(int size, double direction, double wavelength, double phase)
    {
        double[] wave = new double[size * size];
        double middle = (size - 1) / 2.0, deviation = size * Window;
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                (double right, double down) = (x - middle, y - middle);
                double along = right * Math.Cos(direction) + down * Math.Sin(direction);
                wave[y * size + x] = Math.Exp(-(right * right + down * down) / (2 * deviation * deviation)) * Math.Cos(2 * Math.PI * along / wavelength + phase);
            }
        }

        double mean = wave.Average();
        return [.. wave.Select(value => value - mean)];
    }

    // A random point of the unit sphere.
    private static double[] Direction(Random random, int dimensions)
    {
        double[] values = [.. Enumerable.Range(0, dimensions).Select(_ => Normal(random))];
        double length = Math.Sqrt(values.Sum(value => value * value));
        return [.. values.Select(value => value / length)];
    }

    // Box and Muller 1958.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double[,] Correlation(int size)
    {
        double[,] correlation = new double[size * size, size * size];
        for (int a = 0; a < size * size; a++)
        {
            for (int b = 0; b < size * size; b++)
                correlation[a, b] = Math.Exp(-Math.Sqrt(Math.Pow(a / size - b / size, 2) + Math.Pow(a % size - b % size, 2)) / CorrelationLength);
        }

        return correlation;
    }

    // The variance of a filter's answer.
    private static double Form(double[,] correlation, double[] filter)
    {
        double sum = 0;
        for (int a = 0; a < filter.Length; a++)
        {
            for (int b = 0; b < filter.Length; b++) sum += filter[a] * correlation[a, b] * filter[b];
        }

        return sum;
    }
}

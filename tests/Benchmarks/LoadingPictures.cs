using Microsoft.ML.Data;

namespace MLNetGen.Benchmarks;

/// <summary>JPEG pictures that decode as photographs do: soft light, edges and grain.</summary>
internal static class LoadingPictures
{
    public const int Width = 500, Height = 375;

    private const int Distinct = 50, Classes = 10;
    private const int LargestCell = 128, SmallestCell = 2;
    private const int Things = 12;
    private const int Channels = 3;

    /// <summary>So many files in one folder a class: a few different pictures, each under many names. Returns a file's mean size in bytes.</summary>
    public static double Write(string folder, int count)
    {
        string[] originals = [.. Enumerable.Range(0, Math.Min(Distinct, count)).Select(n => Path.Combine(folder, $"{n}.jpg"))];
        Parallel.For(0, originals.Length, n =>
        {
            using MLImage picture = Draw(n);
            picture.Save(originals[n]);
        });
        double size = originals.Average(path => (double)new FileInfo(path).Length);
        for (int n = 0; n < count; n++)
        {
            string itsClass = Path.Combine(folder, "pictures", $"class {n % Classes}");
            if (n < Classes)
                Directory.CreateDirectory(itsClass);
            File.Copy(originals[n % originals.Length], Path.Combine(itsClass, $"{n:D6}.jpg"));
        }
        return size;
    }

    private static MLImage Draw(int seed)
    {
        Random random = new(seed);
        double[] planes = new double[Channels * Width * Height];
        Array.Fill(planes, 128);
        // The smaller, the fainter: natural pictures' spectra fall so.
        for (int cell = LargestCell; cell >= SmallestCell; cell /= 2)
            AddClouds(planes, cell, 0.5 * cell + 2, random);
        for (int thing = 0; thing < Things; thing++)
            AddThing(planes, random);
        byte[] bgra = new byte[4 * Width * Height];
        for (int pixel = 0; pixel < Width * Height; pixel++)
        {
            for (int channel = 0; channel < Channels; channel++)
                bgra[4 * pixel + channel] = (byte)Math.Clamp(planes[channel * Width * Height + pixel], 0, 255);
            bgra[4 * pixel + 3] = byte.MaxValue;
        }
        return MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Bgra32, bgra);
    }

    // Random values on a grid, and between them what lies between: mostly of light, a little of colour.
    private static void AddClouds(double[] planes, int cell, double strength, Random random)
    {
        int columns = Width / cell + 2;
        double[] light = Values(), colour = Values();
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                double bright = At(light, x, y), tint = At(colour, x, y) / 3;
                for (int channel = 0; channel < Channels; channel++)
                    planes[(channel * Height + y) * Width + x] += strength * (bright + (channel - 1) * tint);
            }
        }

        double[] Values() => [.. Enumerable.Range(0, columns * (Height / cell + 2)).Select(_ => 2 * random.NextDouble() - 1)];

        double At(double[] values, int x, int y)
        {
            int at = y / cell * columns + x / cell;
            double right = x % cell / (double)cell, down = y % cell / (double)cell;
            double above = values[at] + right * (values[at + 1] - values[at]);
            double below = values[at + columns] + right * (values[at + columns + 1] - values[at + columns]);
            return above + down * (below - above);
        }
    }

    // An ellipse with a sharp edge, that shifts the colours of what lies under it.
    private static void AddThing(double[] planes, Random random)
    {
        double x0 = random.Next(Width), y0 = random.Next(Height), a = random.Next(15, 120), b = random.Next(15, 120);
        double[] shift = [.. Enumerable.Range(0, Channels).Select(_ => 160 * random.NextDouble() - 80)];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                if (Math.Pow((x - x0) / a, 2) + Math.Pow((y - y0) / b, 2) > 1)
                    continue;
                for (int channel = 0; channel < Channels; channel++)
                    planes[(channel * Height + y) * Width + x] += shift[channel];
            }
        }
    }
}

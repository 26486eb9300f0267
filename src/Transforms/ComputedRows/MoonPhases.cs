using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>Made-up moons as rows, each computed from its index.</summary>
internal static class MoonPhases
{
    public static IDataView Create(int count, int size, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, ImageCatalog.MinimumMoonSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, ImageCatalog.MaximumMoonSize);
        return new IndexedRows(count,
            IndexedColumn.Image("Image", new ImageDataViewType(size, size), row => Moon(seed, row, size).Draw(size).ToImage()),
            IndexedColumn.Text("Label", row => Moon(seed, row, size).Name),
            IndexedColumn.Text("Path", row => $"moon#{row}"),
            IndexedColumn.Single("Phase", row => (float)Moon(seed, row, size).Phase),
            IndexedColumn.Single("Tilt", row => (float)Moon(seed, row, size).Tilt),
            IndexedColumn.Single("Radius", row => (float)Moon(seed, row, size).Radius));
    }

    private static MoonPhase Moon(int seed, int row, int size)
    {
        var random = new RowRandom(seed, row);
        // Rounded down to Single first, so that the column holds exactly what was drawn and stays below 1.
        var phase = MathF.Min((float)random.NextDouble(), MathF.BitDecrement(1));
        return new MoonPhase(phase, (float)random.NextDouble(-20, 20), (float)(size * random.NextDouble(0.28, 0.46)));
    }
}

/// <summary>One moon: what is to be seen, and its picture.</summary>
/// <param name="Phase">In [0, 1): 0 new, 0.25 first quarter (lit on the right), 0.5 full, 0.75 last quarter (lit on the left).</param>
/// <param name="Tilt">Degrees, counter-clockwise, in [-20, 20).</param>
/// <param name="Radius">In pixels.</param>
internal readonly record struct MoonPhase(double Phase, double Tilt, double Radius)
{
    private const int Samples = 4;              // a side, in every pixel
    private const double Sky = 8, Earthshine = 30, Lit = 240;

    private static readonly string[] Names =
    [
        "new moon", "waxing crescent", "first quarter", "waxing gibbous",
        "full moon", "waning gibbous", "last quarter", "waning crescent",
    ];

    // The dark plains: centre, radius, depth, on the disc of radius 1.
    private static readonly (double U, double V, double Radius, double Depth)[] Maria =
        [(-0.35, 0.35, 0.42, 0.28), (0.30, 0.30, 0.33, 0.24), (0.50, -0.05, 0.25, 0.20), (-0.45, -0.15, 0.40, 0.18)];

    /// <summary>The nearest of the eight phases that have a name.</summary>
    public string Name => Names[(int)Math.Round(Phase * 8) % 8];

    /// <summary>Draws the moon in the middle of a square picture, grey.</summary>
    public Picture Draw(int size)
    {
        var pixels = new byte[size * size];
        var (sinTilt, cosTilt) = Math.SinCos(Tilt * Math.PI / 180);
        // Towards the sun, seen by someone who looks along -z: from behind the moon when new, from behind the viewer when full.
        var (sunX, minusSunZ) = Math.SinCos(2 * Math.PI * Phase);
        for (var i = 0; i < pixels.Length; i++)
        {
            double sum = 0;
            for (var s = 0; s < Samples * Samples; s++)
            {
                var x = (i % size + (s % Samples + 0.5) / Samples - size / 2.0) / Radius;
                var y = (size / 2.0 - i / size - (s / Samples + 0.5) / Samples) / Radius;
                sum += Brightness(cosTilt * x + sinTilt * y, cosTilt * y - sinTilt * x, sunX, -minusSunZ);
            }
            pixels[i] = (byte)Math.Round(sum / (Samples * Samples));
        }
        return new Picture(size, size, 1, pixels);
    }

    // A sphere under the sun. The square root flattens the shading: the real moon's dust makes its disc look flat.
    private static double Brightness(double u, double v, double sunX, double sunZ)
    {
        var depth = 1 - u * u - v * v;
        if (depth <= 0)
            return Sky;
        var sunlight = u * sunX + Math.Sqrt(depth) * sunZ;
        return sunlight <= 0 ? Earthshine : Earthshine + (Lit - Earthshine) * Math.Sqrt(sunlight) * Albedo(u, v);
    }

    private static double Albedo(double u, double v)
    {
        double albedo = 1;
        foreach (var (centreU, centreV, radius, depth) in Maria)
        {
            var distance = ((u - centreU) * (u - centreU) + (v - centreV) * (v - centreV)) / (radius * radius);
            if (distance < 1)
                albedo -= depth * (1 - distance);
        }
        return albedo;
    }
}

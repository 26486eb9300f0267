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

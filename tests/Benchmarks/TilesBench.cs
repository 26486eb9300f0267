using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MLNetGen.Style;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>
/// Memory that a picture of 12 megapixels takes on its way through the full style network: all of a process that does nothing else. And what the
/// second picture of one size saves of the first one's time.
/// </summary>
internal static class TilesBench
{
    private const int Width = 4000, Height = 3000, FrameWidth = 1280, FrameHeight = 960;
    private const double Gigabyte = 1e9, GigabytesAllowed = 2;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Seconds">By picture.</param>
    /// <param name="PeakBytes">The process's largest resident memory; null where the system does not say.</param>
    private sealed record Measurement(double[] Seconds, long? PeakBytes);

    public static int Run(bool json)
    {
        // This process is the one that has torch.
        using var scope = NewDisposeScope();
        TransformNetwork network = new(new StyleShape(StyleNetwork.Full, 1, StyleUpsampling.NearestConvolution, StylePadding.Reflection));
        using StyleOnnxFiles files = StyleOnnxFiles.Export(network, ["random"], "");
        Measurement frames = Parse(BenchProcess.RunItself("bench", "tiles", "--once", files.Floats, "--width", $"{FrameWidth}", "--height", $"{FrameHeight}", "--pictures", "3"));
        double first = frames.Seconds[0], second = frames.Seconds[1..].Min();
        new Comparison($"style network, full, a picture of {FrameWidth}×{FrameHeight} in tiles after one of its size", "s", second, first, "the first", first, "the first").Print(json);
        Measurement large = Parse(BenchProcess.RunItself("bench", "tiles", "--once", files.Floats, "--width", $"{Width}", "--height", $"{Height}"));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Width}×{Height}: {large.Seconds[0]:F1} s"));
        if (large.PeakBytes is { } peak)
            new Comparison($"style network, full, a picture of {Width}×{Height} in tiles, peak memory of the process", "GB", peak / Gigabyte, GigabytesAllowed, "the allowed", GigabytesAllowed, "the allowed").Print(json);
        else
            Console.Error.WriteLine("peak memory is counted on Linux only");
        return 0;
    }

    /// <summary>In this process: paints so many made pictures and prints what it took.</summary>
    public static int Once(string path, int width, int height, int pictures)
    {
        using StyleModel model = StyleModel.Open(path);
        byte[] pixels = new byte[width * height * 3];
        new Random(1).NextBytes(pixels);
        Picture picture = new(width, height, 3, pixels);
        double[] seconds = new double[pictures];
        for (int i = 0; i < pictures; i++)
        {
            long started = Stopwatch.GetTimestamp();
            model.Stylize(picture);
            seconds[i] = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        Console.WriteLine(JsonSerializer.Serialize(new Measurement(seconds, PeakMemory.OfProcess()), Json));
        return 0;
    }

    private static Measurement Parse(string output) => JsonSerializer.Deserialize<Measurement>(output.Trim().Split('\n')[^1], Json)!;
}

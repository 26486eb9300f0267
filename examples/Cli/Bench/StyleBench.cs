using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MLNetGen.Style;
using static TorchSharp.torch;

namespace MLNetGen.Cli.Bench;

/// <summary>
/// Pictures of 256×256 a second through the style networks in ONNX Runtime, each in a process of its own, in turn with the full network in PyTorch
/// (tests/peers/style_network.py).
/// </summary>
internal static class StyleBench
{
    private const int Size = 256, Threads = 2, WarmUp = 2, Timed = 8;

    // Twice the multiply-adds of one picture: 10.1 and 0.5 billion.
    private static readonly Dictionary<string, double> Flops = new() { [nameof(StyleNetwork.Full)] = 20.2e9, [nameof(StyleNetwork.Small)] = 1.0e9 };

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private sealed record Speed(double PicturesPerSecond);

    public static int Run(int rounds, bool json)
    {
        if (BenchProcess.NoTorch() is { } reason)
        {
            Console.WriteLine($"skipped: {reason}");
            return 0;
        }
        double flops = MatrixSpeed.Measure(Threads);
        Dictionary<string, List<double>> ours = Flops.Keys.ToDictionary(name => name, _ => new List<double>());
        List<double> peer = [];
        for (int round = 0; round < rounds; round++)
        {
            foreach ((string name, List<double> speeds) in ours)
                speeds.Add(Parse(BenchProcess.RunItself("bench", "style", "--once", name)));
            peer.Add(Parse(BenchProcess.RunPeer("style_network.py", ["forward", "--size", $"{Size}", "--threads", $"{Threads}", "--warm-up", $"{WarmUp}", "--passes", $"{Timed}"])));
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round + 1} of {rounds}: {string.Join(", ", ours.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value[^1]:F1}")))} pictures/s; PyTorch {peer[^1]:F1}"));
        }
        foreach ((string name, List<double> speeds) in ours)
            new Comparison($"style network, {name}, a picture of {Size}×{Size} in ONNX Runtime", "pictures/s", Comparison.Median(speeds), Comparison.Median(peer), "PyTorch with the full network", flops / Flops[name]).Print(json);
        return 0;
    }

    /// <summary>Our side alone, in this process.</summary>
    /// <param name="network">Full or Small.</param>
    public static int Once(string network)
    {
        using var scope = NewDisposeScope();
        TransformNetwork transform = new(new StyleShape(Enum.Parse<StyleNetwork>(network, ignoreCase: true), 1, StyleUpsampling.NearestConvolution, StylePadding.Reflection));
        using StyleOnnxFiles files = StyleOnnxFiles.Export(transform, ["random"], "");
        using StyleModel model = StyleModel.Open(files.Floats, Threads);
        byte[] pixels = new byte[Size * Size * 3];
        new Random(1).NextBytes(pixels);
        Picture picture = new(Size, Size, 3, pixels);
        List<double> seconds = [];
        for (int pass = 0; pass < WarmUp + Timed; pass++)
        {
            long started = Stopwatch.GetTimestamp();
            model.Stylize(picture);
            if (pass >= WarmUp)
                seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        Console.WriteLine(JsonSerializer.Serialize(new Speed(1 / Comparison.Median(seconds)), Json));
        return 0;
    }

    private static double Parse(string output) => JsonSerializer.Deserialize<Speed>(output.Trim().Split('\n')[^1], Json)!.PicturesPerSecond;
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MLNetGen.AlexNet;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Cli.Bench;

/// <summary>
/// Seconds and memory of writing AlexNet as an ONNX file, by <see cref="OnnxExporter"/> and by its PyTorch twin
/// (tests/peers/alexnet_export.py): the first export of a new process, each side in turn.
/// </summary>
internal static class ExportBench
{
    private const double SecondsAllowed = 3;
    private const double FileSizesAllowed = 2.2;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Seconds">From the call to the file's being there.</param>
    /// <param name="ExtraBytes">Peak memory above what the process had before; null where the system does not say.</param>
    /// <param name="FileBytes">The file's size.</param>
    private sealed record Measurement(double Seconds, long? ExtraBytes, long FileBytes)
    {
        public double? FileSizes => (double?)ExtraBytes / FileBytes;
    }

    public static int Run(int rounds, bool json)
    {
        if (BenchProcess.NoTorch() is { } reason)
        {
            Console.WriteLine($"skipped: {reason}");
            return 0;
        }
        List<Measurement> ours = [], peer = [];
        for (int round = 0; round < rounds; round++)
        {
            ours.Add(Parse(BenchProcess.RunItself("bench", "export", "--once")));
            peer.Add(Parse(BenchProcess.RunPeer("alexnet_export.py", [])));
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round + 1} of {rounds}: {ours[^1].Seconds:F2} s and {ours[^1].FileSizes:F2} times the file's {ours[^1].FileBytes / 1e6:F0} MB; PyTorch {peer[^1].Seconds:F2} s and {peer[^1].FileSizes:F2}"));
        }
        new Comparison("export AlexNet", "s", Median(ours, m => m.Seconds), Median(peer, m => m.Seconds), "PyTorch", SecondsAllowed, "the allowed").Print(json);
        if (ours[0].FileSizes is null)
            Console.Error.WriteLine("peak memory is counted on Linux only");
        else
            new Comparison("export AlexNet, extra memory", "file sizes", Median(ours, m => m.FileSizes!.Value), Median(peer, m => m.FileSizes!.Value), "PyTorch", FileSizesAllowed, "the allowed").Print(json);
        return 0;
    }

    /// <summary>Exports once and prints what it took.</summary>
    public static int Once()
    {
        string folder = Directory.CreateTempSubdirectory("mlnetgen-bench-").FullName;
        try
        {
            using var scope = NewDisposeScope();
            using AlexNetModule network = AlexNetModule.Create(new(AlexNetNetwork.Paper, 1000, 227, 3));
            Tensor example = rand(1, 3, 227, 227);
            string path = Path.Combine(folder, "alexnet.onnx");
            PeakMemory? memory = PeakMemory.Start();
            long start = Stopwatch.GetTimestamp();
            OnnxExporter.Export(network, example, path);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(JsonSerializer.Serialize(new Measurement(seconds, memory?.Rise(), new FileInfo(path).Length), Json));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Measurement Parse(string output) => JsonSerializer.Deserialize<Measurement>(output.Trim().Split('\n')[^1], Json)!;

    private static double Median(List<Measurement> measurements, Func<Measurement, double> figure) => Comparison.Median(measurements.Select(figure));
}

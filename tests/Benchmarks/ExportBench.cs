using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MLNetGen.Export;
using MLNetGen.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Benchmarks;

/// <summary>
/// Seconds, memory and size of writing networks as ONNX files, by <see cref="OnnxExporter"/> and by their PyTorch twins
/// (tests/peers/onnx_export.py): one export in a new process, each side in turn; and whether ONNX Runtime computes from ours what the
/// network computes.
/// </summary>
/// <remarks>
/// A program exports once, so what a first use costs counts on both sides: the runtime's compiler and the check of libtorch's tracer here,
/// what torch.onnx imports and sets up there. Loading libtorch and making the network come before. <c>--warm-up</c> leaves first uses out, on both sides too.
/// </remarks>
internal static class ExportBench
{
    private const double Megabyte = 1e6;

    // What an export may take whatever the network: code, graph, and what libtorch needs for one pass.
    private const double FixedMegabytes = 150;
    private const double WeightsAllowed = 2;
    private const double ErrorAllowed = 1e-5;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Seconds">From the call to the file's being there.</param>
    /// <param name="ExtraBytes">Peak memory above what the process had before; null where the system does not say.</param>
    /// <param name="FileBytes">The file's size.</param>
    /// <param name="WeightBytes">All tensors in the file; PyTorch's are not counted.</param>
    /// <param name="RelativeError">ONNX Runtime's numbers against the network's, at batch 1 and 3; null where that was not asked for.</param>
    private sealed record Measurement(double Seconds, long? ExtraBytes, long FileBytes, long WeightBytes = 0, double? RelativeError = null);

    /// <summary>A side's medians, or one of its runs.</summary>
    private sealed record Figures(double Seconds, double? ExtraMegabytes, double FileMegabytes)
    {
        public static Figures Of(IReadOnlyList<Measurement> runs) => new(
            Comparison.Median(runs.Select(run => run.Seconds)),
            runs[0].ExtraBytes is null ? null : Comparison.Median(runs.Select(run => run.ExtraBytes!.Value / Megabyte)),
            runs[0].FileBytes / Megabyte);

        /// <summary>Extra memory beyond what every export may take, in sizes of the weights.</summary>
        public double? Weights(double weightMegabytes) => ExtraMegabytes is { } extra ? Math.Max(0, extra - FixedMegabytes) / weightMegabytes : null;
    }

    private sealed record Result(ExportNetwork Network, double WeightMegabytes, double RelativeError, Figures Ours, Figures Peer);

    public static int Run(IReadOnlyList<ExportNetwork> networks, int rounds, bool warmUp, bool json)
    {
        if ((BenchProcess.NoTorch() ?? BenchProcess.NoTorch("torchvision")) is { } reason)
        {
            Console.WriteLine($"skipped: {reason}");
            return 0;
        }
        List<Result> results = [];
        foreach (ExportNetwork network in networks)
        {
            Result result = Measure(network, rounds, warmUp);
            results.Add(result);
            foreach (Comparison comparison in Comparisons(result))
                comparison.Print(json);
        }
        if (results.Exists(result => result.Ours.ExtraMegabytes is null))
            Console.Error.WriteLine("peak memory is counted on Linux only");
        if (!json)
            WriteTable(results);
        return Wrong(results);
    }

    /// <summary>Exports once and prints what it took.</summary>
    public static int Once(ExportNetwork which, bool check, bool warmUp)
    {
        string folder = Directory.CreateTempSubdirectory("mlnetgen-bench-").FullName;
        try
        {
            manual_seed(1);
            using var scope = NewDisposeScope();
            using Module<Tensor, Tensor> network = which.Make();
            network.eval();
            Shake(network);
            Tensor example = rand(1, 3, which.Size, which.Size);
            string path = Path.Combine(folder, "network.onnx");
            if (warmUp)
                WarmUp(path);
            PeakMemory? memory = PeakMemory.Start();
            long start = Stopwatch.GetTimestamp();
            OnnxExporter.Export(network, example, path);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            long? extra = memory?.Rise();
            // From here on ONNX Runtime takes time and memory of its own.
            double? error = check ? OnnxCheck.CompareRandom(network, path, example).MaximumRelativeError : null;
            Console.WriteLine(JsonSerializer.Serialize(
                new Measurement(seconds, extra, new FileInfo(path).Length, OnnxSummary.Read(path).WeightBytes, error), Json));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Result Measure(ExportNetwork network, int rounds, bool warmUp)
    {
        List<Measurement> ours = [], peer = [];
        string[] warm = warmUp ? ["--warm-up"] : [];
        for (int round = 0; round < rounds; round++)
        {
            string[] check = round == 0 ? ["--check"] : [];
            ours.Add(Parse(BenchProcess.RunItself(["bench", "export", "--once", network.Name, .. check, .. warm])));
            peer.Add(Parse(BenchProcess.RunPeer("onnx_export.py", ["--network", network.Name, "--size", $"{network.Size}", .. warm])));
            Console.Error.WriteLine($"{network.Name}, round {round + 1} of {rounds}: {Text(Figures.Of([ours[^1]]))}; PyTorch {Text(Figures.Of([peer[^1]]))}");
        }
        return new(network, ours[0].WeightBytes / Megabyte, ours[0].RelativeError!.Value, Figures.Of(ours), Figures.Of(peer));
    }

    private static IEnumerable<Comparison> Comparisons(Result result)
    {
        string name = $"export {result.Network.Title}";
        (Figures ours, Figures peer, double weights) = (result.Ours, result.Peer, result.WeightMegabytes);
        yield return result.Network.SecondsAllowed is { } seconds
            ? new(name, "s", ours.Seconds, peer.Seconds, "PyTorch", seconds, "the allowed")
            : new(name, "s", ours.Seconds, peer.Seconds, "PyTorch", peer.Seconds, "PyTorch's");
        if (ours.ExtraMegabytes is { } extra)
        {
            if (result.Network.FileSizesAllowed is { } sizes)
            {
                yield return new($"{name}, extra memory", "file sizes", extra / ours.FileMegabytes, peer.ExtraMegabytes / peer.FileMegabytes, "PyTorch",
                    sizes, "the allowed");
            }
            yield return new($"{name}, extra memory in MB", "MB", extra, peer.ExtraMegabytes, "PyTorch", FixedMegabytes + WeightsAllowed * weights, "the allowed");
            yield return new($"{name}, extra memory beyond {FixedMegabytes} MB", "× weights", ours.Weights(weights)!.Value, peer.Weights(weights), "PyTorch",
                WeightsAllowed, "the allowed");
        }
        yield return new($"{name}, file", "MB", ours.FileMegabytes, peer.FileMegabytes, "PyTorch", weights, "the weights");
        yield return new($"{name}, relative error", "of the greatest score", result.RelativeError, null, null, ErrorAllowed, "the allowed");
    }

    private static void WriteTable(List<Result> results)
    {
        Console.WriteLine();
        Console.WriteLine($"{"",-18} {"weights",7} {"relative",8} |{"seconds",-22} |{$"extra memory, MB (×: beyond {FixedMegabytes} MB)",-28} |file, MB");
        Console.WriteLine($"{"network",-18} {"MB",7} {"error",8} |{"ours",6} {"PyTorch",8} {"ratio",6} |{"ours",6} {"×weights",8} {"PyTorch",7} |{"ours",6} {"PyTorch",8}");
        foreach (Result result in results)
        {
            (Figures ours, Figures peer) = (result.Ours, result.Peer);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Network.Name,-18} {result.WeightMegabytes,7:F1} {result.RelativeError,8:0.0E-0} |{ours.Seconds,6:F2} {peer.Seconds,8:F2} {ours.Seconds / peer.Seconds,6:F2} |{ours.ExtraMegabytes,6:F0} {ours.Weights(result.WeightMegabytes),8:F2} {peer.ExtraMegabytes,7:F0} |{ours.FileMegabytes,6:F1} {peer.FileMegabytes,8:F1}"));
        }
    }

    // Slow is a figure; wrong is a failure.
    private static int Wrong(List<Result> results)
    {
        foreach (Result result in results.Where(result => !(result.RelativeError <= ErrorAllowed)))
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mlnetgen: {result.Network.Name}: ONNX Runtime differs from the network by {result.RelativeError:0.0E-0}, where {ErrorAllowed:0E-0} is allowed."));
        return results.TrueForAll(result => result.RelativeError <= ErrorAllowed) ? 0 : Failure.ExitCode;
    }

    // As they begin, normalisations do next to nothing, and the check would say nothing of them.
    private static void Shake(Module network)
    {
        foreach ((string name, Tensor values) in network.named_buffers().Where(pair => pair.buffer.is_floating_point()))
            values.copy_(name.EndsWith("var", StringComparison.Ordinal) ? rand_like(values) + 0.5 : randn_like(values) * 0.1);
    }

    private static void WarmUp(string path)
    {
        using Module<Tensor, Tensor> small = Sequential(Conv2d(3, 4, 3), BatchNorm2d(4), ReLU(), AdaptiveAvgPool2d(1), Flatten(), Linear(4, 2));
        OnnxExporter.Export(small, rand(1, 3, 8, 8), path);
    }

    private static string Text(Figures figures) =>
        string.Create(CultureInfo.InvariantCulture, $"{figures.Seconds:F2} s, {figures.ExtraMegabytes:F0} MB for a file of {figures.FileMegabytes:F0} MB");

    private static Measurement Parse(string output) => JsonSerializer.Deserialize<Measurement>(output.Trim().Split('\n')[^1], Json)!;
}

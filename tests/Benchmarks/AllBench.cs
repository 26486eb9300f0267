using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MLNetGen.Export;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>The benches of training and of passes, one after the other, as one table: ours beside a plain TorchSharp loop, PyTorch, and what the machine's matrix product allows.</summary>
internal static class AllBench
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static int Run(string? data, int rounds, bool json, string? deviceName)
    {
        Device device = TrainingSession.DeviceOf(deviceName ?? "cpu");
        // Rounds go to standard error, and the table alone to standard output.
        Comparison[] all =
        [
            .. OptimizerBench.Run(rounds, json, device, isPart: true), .. VaeBench.Run(data, rounds, json, device, isPart: true),
            .. GanBench.Run(rounds, json, device, isPart: true), .. AlexNetBench.Run(rounds, json, device, isPart: true),
            // ONNX Runtime's passes are the processor's.
            .. device.type == TorchSharp.DeviceType.CPU
                ? [.. StyleBench.Run(rounds, json, isPart: true), .. StyleBench.RunTraining(rounds, json, isPart: true), .. SuperResolutionBench.Run(rounds, json, isPart: true)]
                : (Comparison[])[],
        ];
        Row[] rows = [.. all.GroupBy(one => one.Name).Select(Row.Of)];
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { device = device.ToString(), processor = ProcessorName(), threads = get_num_threads(), rounds, exactConvolutions = TorchLibrary.ConvolutionRemedy is not null, limitedOneDnn = TorchLibrary.OneDnnRemedy is not null, rows }, Json));
            return 0;
        }
        Console.WriteLine($"\n{ProcessorName()}, {Environment.ProcessorCount} processors, {get_num_threads()} threads, {device}; medians of {rounds} interleaved runs");
        foreach (string remedy in new[] { TorchLibrary.OneDnnRemedy, TorchLibrary.ConvolutionRemedy }.OfType<string>())
            Console.WriteLine(remedy);
        Console.WriteLine("\n| | ours | plain TorchSharp | PyTorch | ours, of the machine's limit |\n|---|---|---|---|---|");
        foreach (Row row in rows) Console.WriteLine(row);
        return 0;
    }

    private static string ProcessorName()
    {
        const string Model = "model name";
        string? line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith(Model, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "a processor of unknown kind";
    }

    /// <summary>A line of the table; speeds in <paramref name="Unit"/>, null where a side was not measured.</summary>
    private sealed record Row(string Name, string Unit, double Ours, double? Plain, double? PyTorch, double? Limit)
    {
        public double? OverPlain => Plain is null ? null : Ours / Plain;

        public double? OverPyTorch => PyTorch is null ? null : Ours / PyTorch;

        public double? OfLimit => Limit is null ? null : Ours / Limit;

        public static Row Of(IGrouping<string, Comparison> sides) => new(
            sides.Key, sides.First().Unit, sides.First().Ours,
            sides.FirstOrDefault(side => side.PeerName?.Contains("TorchSharp", StringComparison.Ordinal) == true)?.Peer,
            sides.FirstOrDefault(side => side.PeerName?.Contains("PyTorch", StringComparison.Ordinal) == true)?.Peer,
            sides.First().Limit);

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"| {Name}, {Unit} | {Speed(Ours)} | {Beside(Plain, OverPlain)} | {Beside(PyTorch, OverPyTorch)} | {(OfLimit is { } share ? share.ToString("P0", CultureInfo.InvariantCulture) : "")} |");

        private static string Beside(double? speed, double? ratio) => speed is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{Speed(speed.Value)}: {ratio:F2}×");

        private static string Speed(double value) => value.ToString(value < 100 ? "F1" : "N0", CultureInfo.InvariantCulture);
    }
}

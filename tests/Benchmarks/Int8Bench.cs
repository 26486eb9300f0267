using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNetGen.Onnx;

namespace MLNetGen.Benchmarks;

/// <summary>Pictures a second of a network in 8 bits (<see cref="OnnxQuantizer"/>), against the same network in float32, both in ONNX Runtime, in turn.</summary>
internal static class Int8Bench
{
    private const double Allowed = 1.8;
    private const int Batch = 16, CalibrationRows = 16, WarmUp = 2, Passes = 8;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Network">Its name.</param>
    /// <param name="Threads">ONNX Runtime's.</param>
    /// <param name="Int8">Pictures a second in 8 bits.</param>
    /// <param name="Float32">The same in float32.</param>
    /// <param name="Int8Bytes">The file's size in 8 bits.</param>
    /// <param name="Float32Bytes">The same in float32.</param>
    private sealed record Result(string Network, int Threads, double Int8, double Float32, long Int8Bytes, long Float32Bytes)
    {
        public double Ratio => Int8 / Float32;

        [JsonIgnore]
        public string Text => string.Create(
            CultureInfo.InvariantCulture,
            $"{Network}, batch {Batch}, {Threads} thread(s): {Int8:F0} pictures/s in 8 bits, {Float32:F0} in float32: {Ratio:F2}× ({(Ratio >= Allowed ? "allowed" : "missed")}: {Allowed}× where the processor "
            + $"has VNNI); {Int8Bytes / 1e6:F1} MB, {Float32Bytes / 1e6:F1} MB");
    }

    /// <param name="rounds">Runs of each side.</param>
    /// <param name="json">One JSON object a network.</param>
    public static int Run(int rounds, bool json)
    {
        if (rounds < 1)
            throw new ArgumentException($"{rounds} rounds are too few to measure: give at least 1 (--rounds).");
        using TemporaryFolder folder = new();
        foreach (ScoredNetwork network in ScoredNetwork.All.Where(network => !network.IsVector && network.Channels == 3))
        {
            string wide = folder.File("float32.onnx"), narrow = folder.File("int8.onnx");
            network.Export(wide);
            // Speed knows nothing of values: noise will do.
            OnnxQuantizer.Quantize(wide, narrow, Rows(network), new OnnxQuantizationOptions { MaximumLoss = double.PositiveInfinity });
            float[] pictures = OnnxPass.RandomValues(Batch * network.Channels * network.Size * network.Size);
            foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
            {
                string[] files = [narrow, wide];
                List<double>[] speeds = [[], []];
                for (int round = 0; round < rounds; round++)
                {
                    for (int turn = 0; turn < files.Length; turn++)
                    {
                        int side = (turn + round) % files.Length;
                        speeds[side].Add(Batch / OnnxPass.MedianSeconds(files[side], threads, WarmUp, Passes, (pictures, [Batch, network.Channels, network.Size, network.Size])));
                    }
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network.Name}, {threads} thread(s), round {round + 1} of {rounds}: {speeds[0][^1]:F0} and {speeds[1][^1]:F0} pictures/s"));
                }
                Result result = new(network.Name, threads, Comparison.Median(speeds[0]), Comparison.Median(speeds[1]), new FileInfo(narrow).Length, new FileInfo(wide).Length);
                Console.WriteLine(json ? JsonSerializer.Serialize(result, Json) : result.Text);
            }
        }
        return 0;
    }

    private static IEnumerable<NamedOnnxValue[]> Rows(ScoredNetwork network)
    {
        int length = network.Channels * network.Size * network.Size;
        float[] all = OnnxPass.RandomValues(CalibrationRows * length);
        for (int i = 0; i < CalibrationRows; i++)
            yield return [NamedOnnxValue.CreateFromTensor(ScoredNetwork.Pixels, new DenseTensor<float>(all.AsMemory(i * length, length), [1, network.Channels, network.Size, network.Size]))];
    }
}

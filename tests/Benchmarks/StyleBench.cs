using System.Text.Json;
using Microsoft.ML;
using MLNetGen.Benchmarks.Plain;
using MLNetGen.Style;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>
/// Pictures of 256×256 a second through the style networks in ONNX Runtime, against a plain TorchSharp forward pass in the same process
/// (<see cref="PlainStyle"/>) and, the full network, PyTorch (tests/peers/style_network.py).
/// </summary>
internal static class StyleBench
{
    private const int Size = 256, Threads = 2, WarmUp = 2, Timed = 8;

    public static IReadOnlyList<Comparison> Run(int rounds, bool json, bool isPart = false)
    {
        set_num_threads(Threads);
        bool hasTorch = BenchProcess.HasTorch();
        Turns turns = new(rounds, json, isPart);
        double flops = MatrixSpeed.Measure();
        // Twice the multiply-adds of one picture: 10.1 and 0.5 billion.
        foreach ((StyleNetwork network, double flopsEach) in ((StyleNetwork, double)[])[(StyleNetwork.Full, 20.2e9), (StyleNetwork.Small, 1.0e9)])
        {
            using var scope = NewDisposeScope();
            TransformNetwork transform = new(new StyleShape(network, 1, StyleUpsampling.NearestConvolution, StylePadding.Reflection));
            using StyleOnnxFiles files = StyleOnnxFiles.Export(transform, ["random"], "");
            List<Peer> peers = [new(Peer.PlainPass, () => PlainStyle.PicturesPerSecond(network, Size, WarmUp, Timed))];
            if (hasTorch && network == StyleNetwork.Full)
                peers.Add(new("PyTorch", PyTorch));
            turns.Compare($"style network, {network}, a picture of {Size}×{Size} in ONNX Runtime", "pictures/s", flops / flopsEach, MatrixSpeed.Float32, () => Ours(files.Floats), peers);
        }
        return turns.Results;
    }

    /// <summary>Training steps with the loss network that is the default, of pictures of 128×128 that lie in memory, against a plain TorchSharp loop with the same one.</summary>
    public static IReadOnlyList<Comparison> RunTraining(int rounds, bool json, bool isPart = false)
    {
        const int Picture = 128, Batch = 4, First = 3, Counted = 8;
        set_num_threads(Threads);
        Turns turns = new(rounds, json, isPart);
        using LossNetwork judge = LossNetworks.Open(null);
        string painting = Path.Combine(Path.GetTempPath(), $"mlnetgen-bench-{Guid.NewGuid():N}.png");
        try
        {
            RandomPicture.Of(new(1), Picture).Save(painting);
            foreach (StyleNetwork network in (StyleNetwork[])[StyleNetwork.Full, StyleNetwork.Small])
            {
                foreach (TrainingPrecision precision in MatrixSpeed.Precisions(CPU))
                {
                    turns.Compare($"style network, {network}, training at {Picture}×{Picture}, batch {Batch}{MatrixSpeed.In(precision)}", "pictures/s", null, "", () => Ours(network, precision),
                        [new(Peer.PlainLoop, () => PlainStyle.Training(network, judge, Picture, Batch, First, Counted))]);
                }
            }
        }
        finally
        {
            File.Delete(painting);
        }
        return turns.Results;

        double Ours(StyleNetwork network, TrainingPrecision precision)
        {
            Laps laps = new();
            MLContext ml = CommandContext.Create(seed: 1, Threads);
            using StyleTransferTransformer trained = ml.Generative.StyleTransfer(new StyleTransferTrainer.Options
            {
                StylePictures = [painting],
                Network = network,
                Precision = precision,
                ImageSize = Picture,
                TestPictureSize = Picture,
                BatchSize = Batch,
                Steps = First + Counted,
                NumberOfThreads = Threads,
                Device = "cpu",
                ProgressCallback = progress => laps.Mark(counts: progress.Step > First),
            }).Fit(RandomPicture.Rows(ml, 4 * Batch, Picture));
            return Batch / laps.Median;
        }
    }

    private static double Ours(string path) => 1 / OnnxPass.MedianSeconds(
        path, Threads, WarmUp, Timed, (OnnxPass.RandomValues(3 * Size * Size, largest: 255), [1, 3, Size, Size]), ([1f], [1]));

    private static double PyTorch()
    {
        string output = BenchProcess.RunPeer("style_network.py", ["forward", "--size", $"{Size}", "--threads", $"{Threads}", "--warm-up", $"{WarmUp}", "--passes", $"{Timed}"]);
        using JsonDocument speed = JsonDocument.Parse(output.Trim().Split('\n')[^1]);
        return speed.RootElement.GetProperty("picturesPerSecond").GetDouble();
    }
}

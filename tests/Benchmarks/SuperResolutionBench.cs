using Microsoft.ML;
using MLNetGen.Benchmarks.Plain;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>Patches a second of <see cref="SuperResolutionTrainer"/> by the pixel loss, and of a plain TorchSharp loop in the same process (<see cref="PlainSuperResolution"/>).</summary>
internal static class SuperResolutionBench
{
    private const int Threads = 2, Patch = 96, Batch = 8, Factor = 4, WarmUp = 3, Timed = 8;

    public static IReadOnlyList<Comparison> Run(int rounds, bool json, bool isPart = false)
    {
        set_num_threads(Threads);
        Turns turns = new(rounds, json, isPart);
        foreach (TrainingPrecision precision in MatrixSpeed.Precisions(CPU))
        {
            turns.Compare($"super-resolution ×{Factor}, training on patches of {Patch}×{Patch}, batch {Batch}{MatrixSpeed.In(precision)}", "patches/s", null, "", () => Ours(precision),
                [new(Peer.PlainLoop, () => PlainSuperResolution.Training(Patch, Batch, Factor, WarmUp, Timed))]);
        }
        return turns.Results;
    }

    private static double Ours(TrainingPrecision precision)
    {
        Laps laps = new();
        MLContext ml = CommandContext.Create(seed: 1, Threads);
        using SuperResolutionTransformer trained = ml.Generative.SuperResolution(new SuperResolutionTrainer.Options
        {
            Factor = Factor,
            Precision = precision,
            PatchSize = Patch,
            BatchSize = Batch,
            Epochs = 1,
            NumberOfThreads = Threads,
            Device = "cpu",
            ProgressCallback = progress => laps.Mark(counts: progress.Batch > WarmUp),
        }).Fit(RandomPicture.Rows(ml, (WarmUp + Timed) * Batch, Patch));
        return Batch / laps.Median;
    }
}

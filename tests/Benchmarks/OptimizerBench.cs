using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Benchmarks;

/// <summary>An optimiser's step alone, over the parameters of three networks with random gradients: <see cref="FusedOptimizers"/> against TorchSharp's own.</summary>
internal static class OptimizerBench
{
    private const int Threads = 2, WarmUp = 10;

    private static readonly (string Name, int Steps, long[][] Shapes)[] Networks =
    [
        ("Adam, VAE, MLP", 200, [[400, 784], [400], [20, 400], [20], [20, 400], [20], [400, 20], [400], [784, 400], [784]]),
        ("Adam, DCGAN, generator", 50, [
            [100, 512, 4, 4], [512], [512], [512], [512, 256, 4, 4], [256], [256], [256], [256, 128, 4, 4], [128], [128], [128], [128, 64, 4, 4], [64], [64], [64],
            [64, 64, 3, 3], [64], [64], [64], [64, 3, 4, 4], [3]]),
        ("SGD with momentum, AlexNet", 10, [
            [64, 3, 11, 11], [64], [192, 64, 5, 5], [192], [384, 192, 3, 3], [384], [256, 384, 3, 3], [256], [256, 256, 3, 3], [256],
            [4096, 9216], [4096], [4096, 4096], [4096], [1000, 4096], [1000]]),
    ];

    public static IReadOnlyList<Comparison> Run(int rounds, bool json, Device device, bool isPart = false)
    {
        set_num_threads(Threads);
        Turns turns = new(rounds, json, isPart);
        foreach ((string name, int steps, long[][] shapes) in Networks)
        {
            bool isAdam = name.StartsWith("Adam", StringComparison.Ordinal);
            turns.Compare($"optimiser's step: {name}", "steps/s", limit: null, MatrixSpeed.Float32,
                () => StepsPerSecond(shapes, steps, device, p => isAdam ? new FusedOptimizers.Adam(p) : new FusedOptimizers.SGD(p, 1e-3, 0.9, 5e-4)),
                [new("TorchSharp's own", () => StepsPerSecond(shapes, steps, device, p => isAdam ? optim.Adam(p) : optim.SGD(p, 1e-3, 0.9, weight_decay: 5e-4)))]);
        }
        return turns.Results;
    }

    private static double StepsPerSecond(long[][] shapes, int steps, Device device, Func<Parameter[], OptimizerHelper> make)
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [.. shapes.Select(shape => new Parameter(randn(shape, device: device)))];
        foreach (Parameter parameter in parameters) parameter.grad = randn_like(parameter);
        using OptimizerHelper optimizer = make(parameters);
        return 1 / Laps.MedianOf(WarmUp, steps, () =>
        {
            optimizer.step();
            Laps.WaitFor(device);
        });
    }
}

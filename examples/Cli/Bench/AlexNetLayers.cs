using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLNetGen.Cli.Bench;

/// <summary>Krizhevsky et al. 2012: two groups, local response normalisation, 60,965,224 parameters. [N, 3, 227, 227] → [N, 1000].</summary>
internal static class AlexNetLayers
{
    public static Sequential Create() => Sequential(
        Conv2d(3, 96, 11, stride: 4), ReLU(), Normalisation(), MaxPool2d(3, stride: 2),
        Conv2d(96, 256, 5, padding: 2, groups: 2), ReLU(), Normalisation(), MaxPool2d(3, stride: 2),
        Conv2d(256, 384, 3, padding: 1), ReLU(),
        Conv2d(384, 384, 3, padding: 1, groups: 2), ReLU(),
        Conv2d(384, 256, 3, padding: 1, groups: 2), ReLU(), MaxPool2d(3, stride: 2),
        Flatten(), Dropout(0.5), Linear(9216, 4096), ReLU(),
        Dropout(0.5), Linear(4096, 4096), ReLU(), Linear(4096, 1000));

    private static LocalResponseNorm Normalisation() => LocalResponseNorm(5, alpha: 5e-4, beta: 0.75, k: 2);
}

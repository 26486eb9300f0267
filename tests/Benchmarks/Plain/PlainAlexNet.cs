using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Benchmarks.Plain;

/// <summary>
/// torchvision's alexnet as users of TorchSharp train and run it: one batch of pictures of 224×224 that lies in memory, SGD and cross-entropy as
/// <see cref="AlexNetTrainer"/> has them. Nothing is cropped, flipped or normalised.
/// </summary>
internal static class PlainAlexNet
{
    private const int Classes = 1000;

    /// <summary>Training in float32, images a second.</summary>
    public static double Training(int batch, int warmUp, int timed, Device device)
    {
        using Sequential network = Network();
        network.to(device);
        using SGD optimizer = optim.SGD(network.parameters(), 1e-3, momentum: 0.9, weight_decay: 5e-4);
        using Tensor pictures = randn(batch, 3, 224, 224, device: device), labels = randint(0, Classes, batch, ScalarType.Int64, device);
        network.train();
        return batch / Laps.MedianOf(warmUp, timed, () =>
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor loss = functional.cross_entropy(network.call(pictures), labels);
            loss.backward();
            optimizer.step();
            Laps.WaitFor(device);
        });
    }

    /// <summary>Training in bfloat16 with float32 weights that the optimiser keeps, images a second: Micikevicius et al. 2017, arXiv:1710.03740, section 3.1.</summary>
    public static double TrainingInBFloat16(int batch, int warmUp, int timed, Device device)
    {
        using Sequential network = Network(), half = Network();
        network.to(device);
        half.to(ScalarType.BFloat16).to(device);
        using SGD optimizer = optim.SGD(network.parameters(), 1e-3, momentum: 0.9, weight_decay: 5e-4);
        using Tensor pictures = randn(batch, 3, 224, 224, device: device), labels = randint(0, Classes, batch, ScalarType.Int64, device);
        (Parameter Kept, Parameter Half)[] weights = [.. network.parameters().Zip(half.parameters())];
        half.train();
        Copy();
        return batch / Laps.MedianOf(warmUp, timed, () =>
        {
            using var scope = NewDisposeScope();
            half.zero_grad();
            Tensor logits = half.call(pictures.to_type(ScalarType.BFloat16)).to_type(ScalarType.Float32);
            Tensor loss = functional.cross_entropy(logits, labels);
            loss.backward();
            foreach ((Parameter kept, Parameter rounded) in weights)
                kept.grad = rounded.grad!.to_type(ScalarType.Float32);
            optimizer.step();
            Copy();
            Laps.WaitFor(device);
        });

        void Copy()
        {
            using var noGradient = no_grad();
            foreach ((Parameter kept, Parameter rounded) in weights)
                rounded.copy_(kept);
        }
    }

    /// <summary>The forward pass alone, in float32, images a second.</summary>
    public static double Forward(int batch, int warmUp, int timed)
    {
        using var noGradient = no_grad();
        using Sequential network = Network();
        using Tensor pictures = randn(batch, 3, 224, 224);
        network.eval();
        return batch / Laps.MedianOf(warmUp, timed, () => network.call(pictures).Dispose());
    }

    private static Sequential Network() => Sequential(
        Conv2d(3, 64, 11, stride: 4, padding: 2), ReLU(inplace: true), MaxPool2d(3, stride: 2),
        Conv2d(64, 192, 5, padding: 2), ReLU(inplace: true), MaxPool2d(3, stride: 2),
        Conv2d(192, 384, 3, padding: 1), ReLU(inplace: true),
        Conv2d(384, 256, 3, padding: 1), ReLU(inplace: true),
        Conv2d(256, 256, 3, padding: 1), ReLU(inplace: true), MaxPool2d(3, stride: 2),
        AdaptiveAvgPool2d([6, 6]), Flatten(),
        Dropout(0.5), Linear(256 * 6 * 6, 4096), ReLU(inplace: true),
        Dropout(0.5), Linear(4096, 4096), ReLU(inplace: true),
        Linear(4096, Classes));
}

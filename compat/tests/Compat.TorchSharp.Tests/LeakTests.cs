using System.Diagnostics;
using static TorchSharp.torch.nn;

namespace Compat.TorchSharpTests;

[Collection(nameof(AloneCollection))]
public class LeakTests
{
    [Fact]
    public void A_thousand_training_steps_leave_handles_and_memory_flat()
    {
        using var network = Sequential(
            Conv2d(1, 8, 3, padding: 1), BatchNorm2d(8), LeakyReLU(0.1), MaxPool2d(2), ConvTranspose2d(8, 4, 2, stride: 2), Flatten(),
            Dropout(0.2), Linear(4 * 16 * 16, 10));
        using var adam = optim.Adam(network.parameters());
        using var images = randn(16, 1, 16, 16);
        using var labels = randint(0, 10, 16);

        Train(200);
        long handles = Tensor.TotalCount, memory = ResidentBytes();
        Train(1000);

        Assert.Equal(handles, Tensor.TotalCount);
        // One step's activations alone are 0.7 MB: a leak of one tensor a step would show as hundreds.
        Assert.InRange(ResidentBytes() - memory, long.MinValue, 24 << 20);

        void Train(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                adam.zero_grad();
                var loss = functional.cross_entropy(network.call(images), labels);
                loss.backward();
                adam.step();
            }
        }
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}

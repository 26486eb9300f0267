using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>What a trained network's first convolution looks for.</summary>
internal static class FirstKernels
{
    // Kernels of 5×5 pixels would be specks.
    private const int Side = 44;

    public static Picture Draw(AlexNetModule network)
    {
        using var scope = NewDisposeScope();
        Tensor weight = network.Features.children().OfType<Convolution>().First().weight.detach().cpu();
        int times = Math.Max(1, Side / (int)weight.shape[2]);
        Tensor large = weight.repeat_interleave(times, 2).repeat_interleave(times, 3).contiguous();
        return KernelGrid.Draw([.. large.data<float>()], (int)large.shape[0], (int)large.shape[1], (int)large.shape[2], (int)large.shape[3]);
    }
}

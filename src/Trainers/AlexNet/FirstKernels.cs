using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>What a trained network's first convolution looks for.</summary>
internal static class FirstKernels
{
    public static Picture Draw(AlexNetModule network)
    {
        using var scope = NewDisposeScope();
        Tensor weight = network.Features.children().OfType<Convolution>().First().weight.detach().cpu().contiguous();
        return KernelGrid.Draw([.. weight.data<float>()], (int)weight.shape[0], (int)weight.shape[1], (int)weight.shape[2], (int)weight.shape[3]);
    }
}

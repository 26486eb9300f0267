using static TorchSharp.torch;

namespace MLNetGen;

internal static class ModuleExtensions
{
    /// <summary>Copies weights and buffers into a network of the same layers.</summary>
    public static void CopyStateTo(this nn.Module from, nn.Module to)
    {
        using var noGradient = no_grad();
        foreach ((Tensor source, Tensor target) in from.state_dict().Values.Zip(to.state_dict().Values)) target.copy_(source);
    }
}

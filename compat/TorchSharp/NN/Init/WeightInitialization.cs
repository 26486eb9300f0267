using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchSharp;

/// <summary>PyTorch's default initialisation of linear and convolution layers, drawing the same random numbers in the same order.</summary>
internal static class WeightInitialization
{
    public static void Default(Parameter weight, Parameter? bias)
    {
        init.kaiming_uniform_(weight, a: Math.Sqrt(5));
        if (bias is null)
            return;
        var (fanIn, _) = init.CalculateFanInAndFanOut(weight);
        if (fanIn == 0)
            return;
        double bound = 1 / Math.Sqrt(fanIn);
        init.uniform_(bias, -bound, bound);
    }
}

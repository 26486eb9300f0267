using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>How the sources initialise their networks.</summary>
internal static class GanInitialization
{
    private const double Deviation = 0.02;

    /// <summary>Keras's default: Glorot-uniform weights, zero biases.</summary>
    public static void Glorot(Module network)
    {
        using var noGradient = no_grad();
        foreach ((string name, Parameter parameter) in network.named_parameters())
        {
            if (parameter.ndim > 1)
                init.xavier_uniform_(parameter);
            else if (name.EndsWith("bias", StringComparison.Ordinal))
                init.zeros_(parameter);
        }
    }

    /// <summary>Convolutions N(0, 0.02), BatchNorm γ N(1, 0.02) and β 0; all else as it is.</summary>
    /// <param name="network">What to initialise.</param>
    /// <param name="dense">Whether dense layers too are N(0, 0.02), as in Radford et al. 2015, section 4.</param>
    public static void Normal(Module network, bool dense)
    {
        using var noGradient = no_grad();
        foreach (Module layer in network.modules())
        {
            switch (layer)
            {
                case Convolution convolution:
                    init.normal_(convolution.weight, 0, Deviation);
                    break;
                case Linear linear when dense:
                    init.normal_(linear.weight, 0, Deviation);
                    break;
                case BatchNorm2d norm:
                    init.normal_(norm.weight, 1, Deviation);
                    init.zeros_(norm.bias!);
                    break;
            }
        }
    }
}

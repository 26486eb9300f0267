using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

internal static class Activations
{
    public static Module<Tensor, Tensor> Create(this AlexNetActivation activation) => activation switch
    {
        AlexNetActivation.Tanh => Tanh(),
        AlexNetActivation.Sigmoid => Sigmoid(),
        AlexNetActivation.LeakyReLU => LeakyReLU(0.01),
        AlexNetActivation.Elu => ELU(),
        AlexNetActivation.Gelu => GELU(),
        AlexNetActivation.SiLU => SiLU(),
        _ => ReLU(),
    };
}

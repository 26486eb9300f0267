using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.SuperResolution;

/// <summary>Two convolutions with a ReLU between them, added to what came in; no ReLU after the sum.</summary>
/// <remarks>In and out: float32 [N, C, H, W]. Source: Gross and Wilber 2016, as Johnson, Alahi and Fei-Fei 2016 use it (supplementary, figure 1).</remarks>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly Sequential layers;
    private readonly Add add = new();

    public ResidualBlock(Module<Tensor, Tensor>[] first, Module<Tensor, Tensor>[] second)
        : base(nameof(ResidualBlock))
    {
        layers = Sequential([.. first, ReLU(), .. second]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => add.call(x, layers.call(x));
}

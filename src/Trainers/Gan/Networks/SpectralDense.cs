using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>A spectrally normalised dense layer.</summary>
internal sealed class SpectralDense(Linear linear) : SpectralLayer(nameof(SpectralDense), linear, linear.weight.shape[0])
{
    protected override Parameter Weight => linear.weight;

    protected override Tensor Apply(Tensor input, Tensor weight) => functional.linear(input, weight, linear.bias);

    protected override OnnxValue Node(OnnxCall call, OnnxValue weight) =>
        call.Node("Gemm", [call.Input(), weight, linear.bias is { } bias ? call.Weight(bias) : null], ("transB", 1));
}

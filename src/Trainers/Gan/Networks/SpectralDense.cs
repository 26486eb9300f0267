using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>A spectrally normalised dense layer.</summary>
internal sealed class SpectralDense(Linear layer) : SpectralLayer<Linear>(nameof(SpectralDense), layer, layer.weight.shape[0])
{
    protected override Parameter WeightOf(Linear linear) => linear.weight;

    protected override Tensor Apply(Linear linear, Tensor input, Tensor weight) => functional.linear(input, weight, linear.bias);

    protected override OnnxValue Node(Linear linear, OnnxCall call, OnnxValue weight) =>
        call.Node("Gemm", [call.Input(), weight, linear.bias is { } bias ? call.Weight(bias) : null], ("transB", 1));
}

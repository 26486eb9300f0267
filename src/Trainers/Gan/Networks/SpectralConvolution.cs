using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>A spectrally normalised convolution.</summary>
internal sealed class SpectralConvolution(Conv2d layer) : SpectralLayer<Conv2d>(nameof(SpectralConvolution), layer, layer.weight.shape[0])
{
    protected override Parameter WeightOf(Conv2d convolution) => convolution.weight;

    protected override Tensor Apply(Conv2d convolution, Tensor input, Tensor weight) =>
        functional.conv2d(input, weight, convolution.bias, convolution.stride, convolution.padding, convolution.dilation, convolution.groups);

    protected override OnnxValue Node(Conv2d convolution, OnnxCall call, OnnxValue weight) => call.Node(
        "Conv",
        [call.Input(), weight, convolution.bias is { } bias ? call.Weight(bias) : null],
        ("kernel_shape", convolution.kernel_size),
        ("strides", convolution.stride),
        ("pads", (long[])[.. convolution.padding!, .. convolution.padding!]),
        ("dilations", convolution.dilation),
        ("group", convolution.groups));
}

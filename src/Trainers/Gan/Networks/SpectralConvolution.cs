using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>A spectrally normalised convolution.</summary>
internal sealed class SpectralConvolution(Conv2d convolution) : SpectralLayer(nameof(SpectralConvolution), convolution, convolution.weight.shape[0])
{
    protected override Parameter Weight => convolution.weight;

    protected override Tensor Apply(Tensor input, Tensor weight) =>
        functional.conv2d(input, weight, convolution.bias, convolution.stride, convolution.padding, convolution.dilation, convolution.groups);

    protected override OnnxValue Node(OnnxCall call, OnnxValue weight) => call.Node(
        "Conv",
        [call.Input(), weight, convolution.bias is { } bias ? call.Weight(bias) : null],
        ("kernel_shape", convolution.kernel_size),
        ("strides", convolution.stride),
        ("pads", (long[])[.. convolution.padding!, .. convolution.padding!]),
        ("dilations", convolution.dilation),
        ("group", convolution.groups));
}

using TorchSharp;
using TorchSharp.Modules;

namespace MLNetGen.Export.Converters;

internal static class ConvolutionConverters
{
    public static Converter[] All { get; } =
    [
        Converter.Layer<Conv1d>(WriteConvolution), Converter.Layer<Conv2d>(WriteConvolution), Converter.Layer<Conv3d>(WriteConvolution),
        Converter.Layer<ConvTranspose1d>(WriteTransposed), Converter.Layer<ConvTranspose2d>(WriteTransposed), Converter.Layer<ConvTranspose3d>(WriteTransposed),
    ];

    private static OnnxValue WriteConvolution(Convolution layer, OnnxValue input, OnnxCall call) => BatchAxis.Ensure(call, input, layer.kernel_size.Length, x =>
    {
        long[] pads = Pads(layer, call);
        if (layer.padding_mode != PaddingModes.Zeros && Array.Exists(pads, length => length > 0))
        {
            x = PaddingConverters.Pad(call, x, [0, 0, .. pads[..layer.kernel_size.Length]],
                [0, 0, .. pads[layer.kernel_size.Length..]], layer.padding_mode);
            pads = new long[pads.Length];
        }

        return call.Node("Conv", Inputs(layer, x, call),
            ("kernel_shape", layer.kernel_size), ("strides", layer.stride), ("pads", pads), ("dilations", layer.dilation), ("group", layer.groups));
    });

    private static OnnxValue WriteTransposed(Convolution layer, OnnxValue input, OnnxCall call) => BatchAxis.Ensure(call, input, layer.kernel_size.Length, x =>
    {
        long[] padding = layer.padding!;
        int spatial = layer.kernel_size.Length;
        long[] lengths = call.InputShape()[^spatial..], output = call.OutputShape()[^spatial..];
        // What the layer really added at the ends: TorchSharp uses the first number of output_padding for every axis.
        long[] extra = [.. lengths.Select((length, i) => output[i] -
            ((length - 1) * layer.stride[i] - 2 * padding[i] + layer.dilation[i] * (layer.kernel_size[i] - 1) + 1))];
        // ONNX Runtime refuses as much as a stride, which a dilated layer may add: it is cut off less instead, from an input
        // with zeros at the end if need be.
        long[] cut = [.. padding], zeros = new long[spatial];
        for (int i = 0; i < spatial; i++)
        {
            if (extra[i] < layer.stride[i]) continue;
            zeros[i] = Math.Max(0, (extra[i] - padding[i] + layer.stride[i] - 1) / layer.stride[i]);
            cut[i] += zeros[i] * layer.stride[i] - extra[i];
            extra[i] = 0;
        }

        if (Array.Exists(zeros, length => length > 0))
            x = PaddingConverters.Pad(call, x, new long[spatial + 2], [0, 0, .. zeros], PaddingModes.Zeros);
        return call.Node("ConvTranspose", Inputs(layer, x, call),
            ("kernel_shape", layer.kernel_size), ("strides", layer.stride), ("pads", (long[])[.. padding, .. cut]),
            ("output_padding", extra), ("dilations", layer.dilation), ("group", layer.groups));
    });

    private static OnnxValue?[] Inputs(Convolution layer, OnnxValue x, OnnxCall call) =>
        [x, call.Weight(layer.weight), layer.bias is null ? null : call.Weight(layer.bias)];

    // Begins of all axes, then ends of all axes, as ONNX has them.
    private static long[] Pads(Convolution layer, OnnxCall call)
    {
        if (layer.padding_type is null) return [.. layer.padding!, .. layer.padding!];
        int spatial = layer.kernel_size.Length;
        if (layer.padding_type == Padding.Valid) return new long[2 * spatial];

        // What the layer really adds: before a circular, reflecting or replicating convolution TorchSharp takes the axes in the wrong order.
        long[] input = call.InputShape()[^spatial..], output = call.OutputShape()[^spatial..];
        long[] total = [.. layer.kernel_size.Select((size, i) => output[i] - input[i] + layer.dilation[i] * (size - 1))];
        return [.. total.Select(length => length / 2), .. total.Select(length => length - length / 2)];
    }
}

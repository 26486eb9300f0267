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

    private static OnnxValue WriteConvolution(Convolution layer, OnnxValue x, OnnxCall call)
    {
        RequireBatch(layer, call);
        long[] pads = Pads(layer);
        if (layer.padding_mode != PaddingModes.Zeros && Array.Exists(pads, length => length > 0))
        {
            x = PaddingConverters.Pad(call, x, call.InputShape(), [0, 0, .. pads[..layer.kernel_size.Length]],
                [0, 0, .. pads[layer.kernel_size.Length..]], layer.padding_mode);
            pads = new long[pads.Length];
        }

        return call.Node("Conv", Inputs(layer, x, call),
            ("kernel_shape", layer.kernel_size), ("strides", layer.stride), ("pads", pads), ("dilations", layer.dilation), ("group", layer.groups));
    }

    private static OnnxValue WriteTransposed(Convolution layer, OnnxValue x, OnnxCall call)
    {
        RequireBatch(layer, call);
        long[] padding = layer.padding!;
        long[] input = call.InputShape()[2..], output = call.OutputShape()[2..];
        // What the layer really added at the ends: TorchSharp uses the first number of output_padding for every axis.
        long[] extra = [.. input.Select((length, i) => output[i] -
            ((length - 1) * layer.stride[i] - 2 * padding[i] + layer.dilation[i] * (layer.kernel_size[i] - 1) + 1))];
        return call.Node("ConvTranspose", Inputs(layer, x, call),
            ("kernel_shape", layer.kernel_size), ("strides", layer.stride), ("pads", (long[])[.. padding, .. padding]),
            ("output_padding", extra), ("dilations", layer.dilation), ("group", layer.groups));
    }

    private static OnnxValue?[] Inputs(Convolution layer, OnnxValue x, OnnxCall call) =>
        [x, call.Weight(layer.weight), layer.bias is null ? null : call.Weight(layer.bias)];

    // Begins of all axes, then ends of all axes, as ONNX has them.
    private static long[] Pads(Convolution layer)
    {
        if (layer.padding_type is null) return [.. layer.padding!, .. layer.padding!];
        if (layer.padding_type == Padding.Valid) return new long[2 * layer.kernel_size.Length];

        long[] total = [.. layer.kernel_size.Select((size, i) => layer.dilation[i] * (size - 1))];
        return [.. total.Select(length => length / 2), .. total.Select(length => length - length / 2)];
    }

    private static void RequireBatch(Convolution layer, OnnxCall call)
    {
        if (call.InputShape().Length != layer.kernel_size.Length + 2)
        {
            throw new NotSupportedException(
                $"'{call.Path}' was called without a batch axis (input [{string.Join(", ", call.InputShape())}]); ONNX convolutions need one.");
        }
    }
}

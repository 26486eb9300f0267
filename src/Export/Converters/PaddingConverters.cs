using TorchSharp;
using TorchSharp.Modules;

namespace MLNetGen.Export.Converters;

internal static class PaddingConverters
{
    public static Converter[] All { get; } =
    [
        Converter.Layer<ZeroPad2d>((layer, x, call) => WriteSpatial(layer, x, call, PaddingModes.Zeros)),
        Converter.Layer<ConstantPad1d>((layer, x, call) => WriteSpatial(layer, x, call, PaddingModes.Constant)),
        Converter.Layer<ConstantPad2d>((layer, x, call) => WriteSpatial(layer, x, call, PaddingModes.Constant)),
        Converter.Layer<ConstantPad3d>((layer, x, call) => WriteSpatial(layer, x, call, PaddingModes.Constant)),
        Converter.Layer<ReflectionPad1d>((layer, x, call) => WriteSpatial(layer, x, call, PaddingModes.Reflect)),
        Converter.Layer<ReflectionPad2d>((layer, x, call) => WriteSpatial(layer, x, call, PaddingModes.Reflect)),
        Converter.Layer<ReflectionPad3d>((layer, x, call) => WriteSpatial(layer, x, call, PaddingModes.Reflect)),
        Converter.Layer<ReplicationPad1d>((layer, x, call) => WriteSpatial(layer, x, call, PaddingModes.Replicate)),
        Converter.Layer<ReplicationPad2d>((layer, x, call) => WriteSpatial(layer, x, call, PaddingModes.Replicate)),
        Converter.Layer<ReplicationPad3d>((layer, x, call) => WriteSpatial(layer, x, call, PaddingModes.Replicate)),
    ];

    /// <summary>Pads every axis of a value, <paramref name="begins"/> before and <paramref name="ends"/> after.</summary>
    public static OnnxValue Pad(
        OnnxCall call, OnnxValue x, long[] begins, long[] ends, PaddingModes mode, double value = 0)
    {
        if (mode == PaddingModes.Circular) return PadCircular(call, x, begins, ends);

        string name = mode switch
        {
            PaddingModes.Reflect => "reflect",
            PaddingModes.Replicate => "edge",
            _ => "constant",
        };
        OnnxValue? filler = name == "constant" ? call.Constant(value) : null;
        return call.Node("Pad", [x, call.Constant([.. begins, .. ends]), filler], ("mode", name));
    }

    // PyTorch lists (begin, end) pairs from the last axis backwards; ONNX all begins, then all ends.
    private static OnnxValue WriteSpatial(PadBase layer, OnnxValue x, OnnxCall call, PaddingModes mode)
    {
        int rank = call.InputShape().Length;
        var begins = new long[rank];
        var ends = new long[rank];
        for (int i = 0; i < layer.padding.Length / 2; i++)
        {
            begins[rank - 1 - i] = layer.padding[2 * i];
            ends[rank - 1 - i] = layer.padding[2 * i + 1];
        }

        return Pad(call, x, begins, ends, mode, layer.value);
    }

    // Pad's own "wrap" came with opset 19; joining slices works in all.
    private static OnnxValue PadCircular(OnnxCall call, OnnxValue x, long[] begins, long[] ends)
    {
        for (int axis = 0; axis < begins.Length; axis++)
        {
            if (begins[axis] == 0 && ends[axis] == 0) continue;
            var parts = new List<OnnxValue>();
            if (begins[axis] > 0) parts.Add(x.Slice(axis, -begins[axis]));
            parts.Add(x);
            if (ends[axis] > 0) parts.Add(x.Slice(axis, 0, ends[axis]));
            x = call.Concat(axis, [.. parts]);
        }

        return x;
    }
}

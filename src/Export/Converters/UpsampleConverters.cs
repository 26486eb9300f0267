using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export.Converters;

internal static class UpsampleConverters
{
    public static Converter[] All { get; } = [Converter.Layer<Upsample>(Write)];

    private static OnnxValue Write(Upsample layer, OnnxValue x, OnnxCall call)
    {
        int spatial = call.InputShape().Length - 2;
        double[]? factors = layer.scale_factor.IsEmpty ? null : layer.scale_factor.ToArray();
        if (factors is { Length: 1 }) factors = [.. Enumerable.Repeat(factors[0], spatial)];
        // PyTorch's coordinates follow the factor that was given, unless it is told to recompute it from the sizes.
        bool recomputed = factors is not null && layer.recompute_scale_factor == true;
        if (recomputed && Enumerable.Range(2, spatial).Any(axis => call.IsDynamic(axis))) RequireWhole(factors!, call);

        var axes = new UpsampledAxis[spatial];
        for (int i = 0; i < spatial; i++)
        {
            bool dynamic = call.IsDynamic(i + 2);
            long length = call.InputShape()[i + 2], output = call.OutputShape()[i + 2];
            double? factor = factors is null || (recomputed && !dynamic) ? null : factors[i];
            // A factor too small for the length leaves it alone, but for bicubic interpolation, which moves its values.
            if (factor is not null && !dynamic && length == output && layer.mode != UpsampleMode.Bicubic) factor = 1;
            axes[i] = new(i + 2, factor, dynamic ? null : length, output);
        }

        if (layer.mode != UpsampleMode.Nearest) return Resize(x, call, axes, Interpolation(layer));
        if (Array.TrueForAll(axes, axis => axis.ResizesAlike))
            return Resize(x, call, axes, [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")]);
        foreach (UpsampledAxis axis in axes) x = axis.Gather(x, call);
        return x;
    }

    private static (string, OnnxAttributeValue)[] Interpolation(Upsample layer)
    {
        string coordinates = layer.align_corners == true ? "align_corners" : "half_pixel";
        return layer.mode == UpsampleMode.Bicubic
            ? [("mode", "cubic"), ("coordinate_transformation_mode", coordinates), ("cubic_coeff_a", -0.75)]
            : [("mode", "linear"), ("coordinate_transformation_mode", coordinates)];
    }

    private static OnnxValue Resize(OnnxValue x, OnnxCall call, UpsampledAxis[] axes, (string, OnnxAttributeValue)[] attributes)
    {
        if (Array.TrueForAll(axes, axis => axis.Scale is not null))
        {
            OnnxValue scales = call.Constant([1, 1, .. axes.Select(axis => axis.Scale!.Value)], axes.Length + 2);
            return call.Node("Resize", [x, null, scales], attributes);
        }

        OnnxValue shape = x.Shape();
        OnnxValue sizes = call.Concat(0, shape.Slice(0, 0, 2), call.Concat(0, [.. axes.Select(axis => axis.Size(shape, call))]));
        return call.Node("Resize", [x, null, null, sizes], attributes);
    }

    private static void RequireWhole(double[] factors, OnnxCall call)
    {
        if (Array.TrueForAll(factors, double.IsInteger)) return;
        throw new NotSupportedException(
            $"'{call.Path}' is an Upsample by [{string.Join(", ", factors)}] with recompute_scale_factor on axes of any length; " +
            "its ONNX form takes whole factors there. Leave recompute_scale_factor out, or export with a fixed size.");
    }
}

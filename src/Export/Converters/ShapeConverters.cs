using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export.Converters;

internal static class ShapeConverters
{
    public static Converter[] All { get; } =
    [
        Converter.Layer<Flatten>(WriteFlatten),
        Converter.Layer<Unflatten>(WriteUnflatten),
        Converter.Layer<PixelShuffle>((layer, x, _) => x.Node("DepthToSpace", ("blocksize", layer.upscale_factor), ("mode", "CRD"))),
        Converter.Layer<PixelUnshuffle>(WritePixelUnshuffle),
        Converter.Layer<Upsample>(WriteUpsample),
    ];

    private static OnnxValue WriteFlatten(Flatten layer, OnnxValue x, OnnxCall call)
    {
        int rank = call.InputShape().Length;
        long start = Axis(layer.start_dim, rank), end = Axis(layer.end_dim, rank);
        if (start == 1 && end == rank - 1) return x.Node("Flatten", ("axis", 1));
        return x.Reshape(BatchFirst(call.OutputShape(), batchIsKept: start > 0));
    }

    private static OnnxValue WriteUnflatten(Unflatten layer, OnnxValue x, OnnxCall call) =>
        x.Reshape(BatchFirst(call.OutputShape(), batchIsKept: Axis(layer.dim, call.InputShape().Length) > 0));

    // ONNX's SpaceToDepth orders the channels otherwise: [block row, block column, channel].
    private static OnnxValue WritePixelUnshuffle(PixelUnshuffle layer, OnnxValue x, OnnxCall call)
    {
        long[] shape = call.InputShape(), output = call.OutputShape();
        long factor = layer.downscale_factor;
        return x.Reshape(0, shape[1], output[2], factor, output[3], factor)
            .Transpose(0, 1, 3, 5, 2, 4)
            .Reshape(0, output[1], output[2], output[3]);
    }

    private static OnnxValue WriteUpsample(Upsample layer, OnnxValue x, OnnxCall call)
    {
        bool cubic = layer.mode == UpsampleMode.Bicubic;
        (string mode, string coordinates) = layer.mode switch
        {
            UpsampleMode.Nearest => ("nearest", "asymmetric"),
            _ when layer.align_corners == true => (cubic ? "cubic" : "linear", "align_corners"),
            _ => (cubic ? "cubic" : "linear", "half_pixel"),
        };
        var attributes = new List<(string, OnnxAttributeValue)> { ("mode", mode), ("coordinate_transformation_mode", coordinates) };
        if (mode == "nearest") attributes.Add(("nearest_mode", "floor"));
        if (cubic) attributes.Add(("cubic_coeff_a", -0.75));

        // PyTorch's coordinates follow the factor that was given, unless it is told to recompute it from the sizes.
        int spatial = call.InputShape().Length - 2;
        if (!layer.scale_factor.IsEmpty && layer.recompute_scale_factor != true)
        {
            double[] factors = layer.scale_factor.ToArray();
            if (factors.Length == 1) factors = [.. Enumerable.Repeat(factors[0], spatial)];
            OnnxValue scales = call.Constant([1, 1, .. factors.Select(factor => (float)factor)], spatial + 2);
            return call.Node("Resize", [x, null, scales], [.. attributes]);
        }

        OnnxValue sizes = call.Concat(0, x.Shape().Slice(0, 0, 2), call.Constant(call.OutputShape()[2..]));
        return call.Node("Resize", [x, null, null, sizes], [.. attributes]);
    }

    // 0 copies the batch's length; where the batch itself is merged or split, its share is what is left.
    private static long[] BatchFirst(long[] shape, bool batchIsKept) => [batchIsKept ? 0 : -1, .. shape[1..]];

    private static long Axis(long axis, int rank) => axis < 0 ? axis + rank : axis;
}

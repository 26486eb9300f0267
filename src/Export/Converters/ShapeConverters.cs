using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export.Converters;

internal static class ShapeConverters
{
    public static Converter[] All { get; } =
    [
        Converter.Layer<Flatten>(WriteFlatten),
        Converter.Layer<Unflatten>(WriteUnflatten),
        Converter.Layer<PixelShuffle>((layer, input, call) => BatchAxis.Ensure(call, input, 2,
            x => x.Node("DepthToSpace", ("blocksize", layer.upscale_factor), ("mode", "CRD")))),
        Converter.Layer<PixelUnshuffle>(WritePixelUnshuffle),
        Converter.Layer<ChannelShuffle>(WriteChannelShuffle),
        Converter.Layer<Upsample>(WriteUpsample),
    ];

    private static OnnxValue WriteFlatten(Flatten layer, OnnxValue x, OnnxCall call)
    {
        int rank = call.InputShape().Length;
        int start = Axis(layer.start_dim, rank), end = Axis(layer.end_dim, rank);
        if (start == end) return x;
        if (start == 1 && end == rank - 1) return x.Node("Flatten", ("axis", 1));

        bool dynamic = Enumerable.Range(start, end - start + 1).Any(axis => call.IsDynamic(axis));
        return Lengths.Reshape(call, x, [.. Axes(0, start), dynamic ? -1 : call.OutputShape()[start], .. Axes(end + 1, rank)]);
    }

    private static OnnxValue WriteUnflatten(Unflatten layer, OnnxValue x, OnnxCall call)
    {
        int rank = call.InputShape().Length, axis = Axis(layer.dim, rank);
        return Lengths.Reshape(call, x, [.. Axes(0, axis), .. layer.unflattened_size, .. Axes(axis + 1, rank)]);
    }

    // ONNX's SpaceToDepth orders the channels otherwise: [block row, block column, channel].
    private static OnnxValue WritePixelUnshuffle(PixelUnshuffle layer, OnnxValue input, OnnxCall call) => BatchAxis.Ensure(call, input, 2, x =>
    {
        long channels = call.InputShape()[^3], places = layer.downscale_factor * layer.downscale_factor;
        return x.Node("SpaceToDepth", ("blocksize", layer.downscale_factor)).PickChannels(call, channels * places,
            channel => channel % places * channels + channel / places);
    });

    private static OnnxValue WriteChannelShuffle(ChannelShuffle layer, OnnxValue x, OnnxCall call)
    {
        long channels = call.InputShape()[1];
        return x.PickChannels(call, channels, channel => channel % layer.groups * (channels / layer.groups) + channel / layer.groups);
    }

    private static OnnxValue PickChannels(this OnnxValue x, OnnxCall call, long count, Func<long, long> source)
    {
        OnnxValue order = call.Constant([.. Enumerable.Range(0, (int)count).Select(channel => source(channel))]);
        return call.Node("Gather", [x, order], ("axis", 1));
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
            double[] factors = Factors(layer, spatial);
            OnnxValue scales = call.Constant([1, 1, .. factors.Select(factor => (float)factor)], spatial + 2);
            return call.Node("Resize", [x, null, scales], [.. attributes]);
        }

        OnnxValue sizes = call.Concat(0, x.Shape().Slice(0, 0, 2), Sizes(layer, x, call, spatial));
        return call.Node("Resize", [x, null, null, sizes], [.. attributes]);
    }

    private static OnnxValue Sizes(Upsample layer, OnnxValue x, OnnxCall call, int spatial)
    {
        if (!layer.size.IsEmpty || !Enumerable.Range(2, spatial).Any(axis => call.IsDynamic(axis)))
            return call.Constant(call.OutputShape()[2..]);

        double[] factors = Factors(layer, spatial);
        if (!Array.TrueForAll(factors, double.IsInteger))
        {
            throw new NotSupportedException(
                $"'{call.Path}' is an Upsample by [{string.Join(", ", factors)}] with recompute_scale_factor on axes of any length; " +
                "its ONNX form takes whole factors there. Leave recompute_scale_factor out, or export with a fixed size.");
        }

        return x.Shape().Slice(0, 2) * call.Constant([.. factors.Select(factor => (long)factor)]);
    }

    private static double[] Factors(Upsample layer, int spatial)
    {
        double[] factors = layer.scale_factor.ToArray();
        return factors.Length == 1 ? [.. Enumerable.Repeat(factors[0], spatial)] : factors;
    }

    private static IEnumerable<long> Axes(int start, int end) => Enumerable.Range(start, end - start).Select(axis => Lengths.OfAxis(axis));

    private static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);
}

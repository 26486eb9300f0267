using TorchSharp.Modules;

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

    private static IEnumerable<long> Axes(int start, int end) => Enumerable.Range(start, end - start).Select(axis => Lengths.OfAxis(axis));

    private static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);
}

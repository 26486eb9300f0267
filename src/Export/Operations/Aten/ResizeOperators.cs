using MLNetGen.Onnx;

namespace MLNetGen.Export;

/// <summary>Pictures in other sizes, and sampled at places.</summary>
internal static class ResizeOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("upsample_nearest1d upsample_nearest2d upsample_nearest3d upsample_linear1d upsample_bilinear2d upsample_trilinear3d upsample_bicubic2d", Resize),
        ("pixel_shuffle", c => c.Batched(2, x => x.Node("DepthToSpace", ("blocksize", c.Whole(1)), ("mode", "CRD")))),
        ("pixel_unshuffle", PixelUnshuffle),
        ("channel_shuffle", c => PickChannels(c, c.X, c.Input.Shape[1], channel => channel % c.Whole(1) * (c.Input.Shape[1] / c.Whole(1)) + channel / c.Whole(1))),
        ("grid_sampler grid_sampler_2d", GridSample),
        ("affine_grid_generator", AffineGrid),
    ];

    private static OnnxValue Resize(OperationCall c)
    {
        bool nearest = c.Name.Contains("nearest", StringComparison.Ordinal), cubic = c.Name.Contains("cubic", StringComparison.Ordinal);
        int spatial = c.Name[^2] - '0';
        // Factors come last: one an axis, or all as a list; where there are none, the size is given.
        double?[] factors = c.Count > 2 && c[c.Count - 1] is object?[] list
            ? [.. list.Select(factor => factor is null ? (double?)null : factor as double? ?? c.Whole(factor))]
            : [.. Enumerable.Range(c.Count - spatial, spatial).Select(i => i < 2 || c[i] is null or bool ? (double?)null : c.Number(i))];
        UpsampledAxis[] axes = [.. Enumerable.Range(0, spatial).Select(i =>
        {
            int axis = i + 2;
            long? length = c.Input.Varies[axis] ? null : c.Input.Shape[axis];
            long output = c.Result.Shape[axis];
            double? factor = factors[i] is { } given ? given : WholeFactor(c, axis);
            // A factor too small for the length leaves it alone, but for bicubic interpolation, which moves its values.
            if (factor is not null && length == output && !cubic) factor = 1;
            return new UpsampledAxis(axis, factor, length, output, factors[i] is null ? ((object?[])c[1]!)[i] : null);
        })];
        if (!nearest)
        {
            List<(string, OnnxAttributeValue)> attributes = [("mode", cubic ? "cubic" : "linear"), ("coordinate_transformation_mode", c.Flag(2) ? "align_corners" : "half_pixel")];
            if (cubic) attributes.Add(("cubic_coeff_a", -0.75));
            return Resize(c, axes, [.. attributes]);
        }

        if (Array.TrueForAll(axes, axis => axis.ResizesAlike))
            return Resize(c, axes, ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        return axes.Aggregate(c.X, (x, axis) => axis.Gather(c, x));
    }

    // Where a size was given that is, in every trace, so many times the length.
    private static double? WholeFactor(OperationCall c, int axis)
    {
        if (!c.Input.Varies[axis] || c.Input.Shapes.Length < 2 || c.Input.Shapes.Length != c.Result.Shapes.Length) return null;
        long times = c.Result.Shape[axis] / Math.Max(1, c.Input.Shape[axis]);
        return times > 0 && c.Input.Shapes.Zip(c.Result.Shapes).All(pair => pair.First[axis] * times == pair.Second[axis]) ? times : null;
    }

    private static OnnxValue Resize(OperationCall c, UpsampledAxis[] axes, params (string, OnnxAttributeValue)[] attributes)
    {
        if (Array.TrueForAll(axes, axis => axis.Scale is not null))
            return c.Node("Resize", [c.X, null, c.Graph.Constant([1, 1, .. axes.Select(axis => axis.Scale!.Value)], [axes.Length + 2])], attributes);
        OnnxValue sizes = c.Concat(0, [c.X.Shape().Slice(0, 0, 2), .. axes.Select(axis => axis.Size(c))]);
        return c.Node("Resize", [c.X, null, null, sizes], attributes);
    }

    // ONNX's SpaceToDepth orders the channels otherwise: [block row, block column, channel].
    private static OnnxValue PixelUnshuffle(OperationCall c) => c.Batched(2, x =>
    {
        long r = c.Whole(1), channels = c.Input.Shape[^3];
        return PickChannels(c, x.Node("SpaceToDepth", ("blocksize", r)), channels * r * r, channel => channel % (r * r) * channels + channel / (r * r));
    });

    private static OnnxValue PickChannels(OperationCall c, OnnxValue x, long count, Func<long, long> source) =>
        c.Node("Gather", [x, c.Graph.Constant([.. Enumerable.Range(0, (int)count).Select(channel => source(channel))])], ("axis", 1));

    private static OnnxValue GridSample(OperationCall c)
    {
        c.RequireOpset(16);
        if (c.Input.Rank != 4) throw c.Refuse("samples volumes: only pictures have a form");
        // In opset 20 the names became "linear" and "cubic".
        string[] modes = c.Graph.Opset >= 20 ? ["linear", "nearest", "cubic"] : ["bilinear", "nearest", "bicubic"], paddings = ["zeros", "border", "reflection"];
        return c.Node("GridSample", [c.X, c.Tensor(1).X], ("mode", modes[c.Whole(2)]), ("padding_mode", paddings[c.Whole(3)]), ("align_corners", c.Flag(4) ? 1 : 0));
    }

    // θ · (x, y, 1) at every place of the picture, places being −1 to 1.
    private static OnnxValue AffineGrid(OperationCall c)
    {
        object?[] size = (object?[])c[1]!;
        if (size.Length != 4) throw c.Refuse("makes a grid of other than height and width");
        OnnxValue columns = c.X.Transpose(0, 2, 1);
        OnnxValue Column(int i) => c.Unsqueeze(columns.Slice(1, i, i + 1), 1);
        OnnxValue Places(object? length)
        {
            OnnxValue count = c.As(length, "Float"), all = c.Node("Range", [c.As(0.0, "Float"), count, c.As(1.0, "Float")]);
            OnnxValue one = c.As(1.0, "Float"), last = count - 1;
            // Of one place alone the corners are its middle.
            return c.Flag(2) ? (all * 2 / last.Node("Max", one) - 1) * last.Node("Min", one) : (all * 2 + 1) / count - 1;
        }

        return Places(size[3]).Reshape(1, 1, -1, 1) * Column(0) + Places(size[2]).Reshape(1, -1, 1, 1) * Column(1) + Column(2);
    }
}

/// <summary>One axis of a picture that is brought to another size.</summary>
/// <param name="axis">Which.</param>
/// <param name="factor">The factor it grows by; null where a size was given.</param>
/// <param name="length">Its length; null where it is known only when the file runs.</param>
/// <param name="output">Its length afterwards on the example.</param>
/// <param name="size">The size that was given, a number or a length; null where a factor was.</param>
internal sealed class UpsampledAxis(int axis, double? factor, long? length, long output, object? size)
{
    // How far a factor is tried where the length is not known.
    private const long Far = 8192;

    /// <summary>
    /// The factor as ONNX has it, in float32; null where a size was given. The output's length is the factor times the
    /// input's, rounded down, in float64 in PyTorch: where that makes a difference for a known length, the nearest number
    /// that gives PyTorch's. Where the length is not known, a factor that float32 lacks gives one more or less at few
    /// lengths (1.4 at 45, 85, 90).
    /// </summary>
    public float? Scale
    {
        get
        {
            if (factor is not { } exact) return null;
            float scale = (float)exact;
            while (length is { } known && (long)(scale * known) < output) scale = MathF.BitIncrement(scale);
            while (length is { } known && (long)(scale * known) > output) scale = MathF.BitDecrement(scale);
            return scale;
        }
    }

    /// <summary>
    /// Whether ONNX's Resize takes the same nearest neighbours as PyTorch. Both round position times ratio down, but one
    /// multiplies in float32 by what the other divides by, which differs where the product is a whole number or nearly so.
    /// </summary>
    public bool ResizesAlike
    {
        get
        {
            if ((length is null && factor is null) || size is TracedLength && factor is null) return false;
            float divisor = Scale ?? (float)output / length!.Value;
            for (long i = 0; i < (length is null ? Far : output); i++)
            {
                if (Source(i) != Math.Min((long)MathF.Floor(i / divisor), (length ?? long.MaxValue) - 1)) return false;
            }

            return true;
        }
    }

    /// <summary>The output's length, as a vector of one.</summary>
    public OnnxValue Size(OperationCall c) => size is TracedLength ? c.Vector(size)
        : length is null && factor is { } whole ? c.X.Shape().Slice(0, axis, axis + 1) * c.Graph.Constant([(long)whole])
        : c.Graph.Constant([output]);

    /// <summary>PyTorch's nearest neighbours, picked one by one.</summary>
    public OnnxValue Gather(OperationCall c, OnnxValue x)
    {
        if (length is not null && size is not TracedLength)
            return c.Node("Gather", [x, c.Graph.Constant([.. Enumerable.Range(0, (int)output).Select(i => Source(i))])], ("axis", axis));

        OnnxValue from = x.Shape().Slice(0, axis, axis + 1).Cast(OnnxElementType.Float);
        OnnxValue count = size is not null ? c.As(size, "Float") : c.Squeeze((from * factor!.Value).Node("Floor"), 0);
        OnnxValue positions = c.Node("Range", [c.As(0.0, "Float"), count, c.As(1.0, "Float")]);
        OnnxValue ratio = factor is { } given ? c.Graph.Constant((float)(1 / given)) : from / count;
        return c.Node("Gather", [x, (positions * ratio).Node("Floor").Node("Min", from - 1).Cast(OnnxElementType.Int64)], ("axis", axis));
    }

    private long Source(long i)
    {
        float ratio = factor is { } given ? (float)(1 / given) : (float)length!.Value / output;
        return Math.Min((long)MathF.Floor(i * ratio), (length ?? long.MaxValue) - 1);
    }
}

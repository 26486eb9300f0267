using MLNetGen.Onnx;

namespace MLNetGen.Export;

/// <summary>Convolutions and padding.</summary>
internal static class ConvolutionOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("_convolution convolution", c => c.Flag(6) ? Transposed(c) : Convolve(c, c.Wholes(4, c.Tensor(1).Rank - 2), c.Wholes(4, c.Tensor(1).Rank - 2))),
        ("_convolution_mode", ConvolveMode),
        ("pad constant_pad_nd _pad_enum reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d replication_pad2d replication_pad3d", Pad),
    ];

    /// <summary>A convolution of arguments as <c>aten::convolution</c> has them, padded by these.</summary>
    public static OnnxValue Convolve(OperationCall c, long[] begins, long[] ends, string mode = "constant") => c.Batched(c.Tensor(1).Rank - 2, x =>
    {
        if (mode != "constant" && begins.Concat(ends).Any(length => length > 0))
        {
            x = PadAll(c, x, begins, ends, mode);
            begins = ends = new long[begins.Length];
        }

        return c.Node("Conv", Inputs(c, x), [.. Attributes(c, begins, ends)]);
    });

    private static OnnxValue?[] Inputs(OperationCall c, OnnxValue x) => [x, c.Tensor(1).X, c.OptionalTensor(2)?.X];

    private static List<(string, OnnxAttributeValue)> Attributes(OperationCall c, long[] begins, long[] ends)
    {
        TracedValue weight = c.Tensor(1);
        int axes = weight.Rank - 2;
        if (c[8] is TracedLength) throw c.Refuse("has as many groups as the batch has rows: ONNX wants a fixed number. Export with DynamicBatch = false");
        return
        [
            ("kernel_shape", weight.Shape[2..]), ("strides", c.Wholes(3, axes)), ("pads", (long[])[.. begins, .. ends]), ("dilations", c.Wholes(5, axes)), ("group", c.Whole(8)),
        ];
    }

    private static OnnxValue ConvolveMode(OperationCall c)
    {
        TracedValue weight = c.Tensor(1);
        // The arguments of aten::convolution, which has two more before the groups.
        var plain = c.With([.. Enumerable.Range(0, 6).Select(i => c[i]), false, null, c[6]]);
        long[] total = [.. c.Wholes(5, weight.Rank - 2).Select((step, i) => c[4] is "same" ? step * (weight.Shape[i + 2] - 1) : 0)];
        return Convolve(plain, [.. total.Select(length => length / 2)], [.. total.Select(length => length - length / 2)]);
    }

    private static OnnxValue Transposed(OperationCall c) => c.Batched(c.Tensor(1).Rank - 2, x =>
    {
        int axes = c.Tensor(1).Rank - 2;
        long[] padding = c.Wholes(4, axes), stride = c.Wholes(3, axes), extra = [.. c.Wholes(7, axes)], cut = [.. padding], zeros = new long[axes];
        // ONNX Runtime refuses as much as a stride, which a dilated layer may add: it is cut off less instead, from an input
        // with zeros at the end if need be.
        for (int i = 0; i < axes; i++)
        {
            if (extra[i] < stride[i]) continue;
            zeros[i] = Math.Max(0, (extra[i] - padding[i] + stride[i] - 1) / stride[i]);
            cut[i] += zeros[i] * stride[i] - extra[i];
            extra[i] = 0;
        }

        if (zeros.Any(length => length > 0)) x = PadAll(c, x, new long[axes], zeros);
        return c.Node("ConvTranspose", Inputs(c, x), [.. Attributes(c, padding, cut), ("output_padding", extra)]);
    });

    /// <summary>Pads the axes after batch and channels.</summary>
    public static OnnxValue PadAll(OperationCall c, OnnxValue x, long[] begins, long[] ends, string mode = "constant", double value = 0) =>
        Pad(c, x, [0L, 0L, .. begins.Cast<object?>()], [0L, 0L, .. ends.Cast<object?>()], mode, c.As(value, "Float"));

    private static OnnxValue Pad(OperationCall c)
    {
        // From the last axis to the first, before and after.
        object?[] pads = c[1] as object?[] ?? [];
        int rank = c.Input.Rank;
        object?[] before = [.. Enumerable.Repeat<object?>(0L, rank)], after = [.. before];
        for (int i = 0; i < pads.Length / 2; i++) (before[rank - 1 - i], after[rank - 1 - i]) = (pads[2 * i], pads[2 * i + 1]);
        string mode = c.Name switch
        {
            "pad" => (string)c[2]!,
            "_pad_enum" => c.Whole(2) switch { 0 => "reflect", 1 => "replicate", 2 => "circular", _ => "constant" },
            "constant_pad_nd" => "constant",
            _ => c.Name.StartsWith("reflection", StringComparison.Ordinal) ? "reflect" : "replicate",
        };
        return Pad(c, c.X, before, after, mode, c.As((c.Name == "constant_pad_nd" ? c[2] : c.Name is "pad" or "_pad_enum" ? c[3] : null) ?? 0.0, c.Input.Type));
    }

    private static OnnxValue Pad(OperationCall c, OnnxValue x, object?[] before, object?[] after, string mode, OnnxValue value)
    {
        if (mode != "circular")
        {
            OnnxValue widths = c.Vector([.. before, .. after]);
            return c.Node("Pad", mode == "constant" ? [x, widths, value] : [x, widths], ("mode", mode == "replicate" ? "edge" : mode));
        }

        // Pad's own "wrap" came with operator set 19; joining slices works in all.
        for (int axis = 0; axis < before.Length; axis++)
        {
            long left = c.Whole(before[axis]), right = c.Whole(after[axis]);
            if (left < 0 || right < 0) throw c.Refuse("cuts off while it pads circularly");
            if (left + right == 0) continue;
            OnnxValue[] first = left > 0 ? [x.Slice(axis, -left)] : [], last = right > 0 ? [x.Slice(axis, 0, right)] : [];
            x = c.Concat(axis, [.. first, x, .. last]);
        }

        return x;
    }
}

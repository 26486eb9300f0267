namespace MLNetGen.Export;

/// <summary>Convolutions, pooling, padding, resizing and sampling.</summary>
internal static class ConvolutionOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("_convolution convolution", Convolve),
        ("_convolution_mode", ConvolveMode),
        ("max_pool1d max_pool2d max_pool3d", MaxPool),
        ("avg_pool1d avg_pool2d avg_pool3d", AveragePool),
        ("adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d _adaptive_avg_pool2d _adaptive_avg_pool3d", c => Adaptive(c, "GlobalAveragePool", (x, axis) => x.ReduceMean([axis]))),
        ("adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d", c => Adaptive(c, "GlobalMaxPool", (x, axis) => x.ReduceMax([axis]))),
        ("pad constant_pad_nd _pad_enum reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d replication_pad2d replication_pad3d", Pad),
        ("upsample_nearest1d upsample_nearest2d upsample_nearest3d upsample_linear1d upsample_bilinear2d upsample_trilinear3d upsample_bicubic2d", Resize),
        ("pixel_shuffle", c => c.X.Node("DepthToSpace", ("blocksize", c.Whole(1)), ("mode", "CRD"))),
        ("pixel_unshuffle", PixelUnshuffle),
        ("grid_sampler grid_sampler_2d", GridSample),
        ("affine_grid_generator", AffineGrid),
    ];

    private static OnnxValue Convolve(OperationCall c)
    {
        TracedValue weight = c.Tensor(1);
        int spatial = weight.Rank - 2;
        if (c[8] is TracedLength) throw c.Refuse("has as many groups as the batch has rows: ONNX wants a fixed number. Export with DynamicBatch = false");
        bool transposed = c.Flag(6), single = c.Input.Rank == spatial + 1;
        OnnxValue x = single ? c.Unsqueeze(c.X, 0) : c.X;
        long[] padding = c.Wholes(4, spatial);
        List<(string, OnnxAttributeValue)> attributes =
        [
            ("kernel_shape", weight.Shape[2..]), ("strides", c.Wholes(3, spatial)), ("pads", (long[])[.. padding, .. padding]), ("dilations", c.Wholes(5, spatial)), ("group", c.Whole(8)),
        ];
        if (transposed) attributes.Add(("output_padding", c.Wholes(7, spatial)));
        OnnxValue result = c.Node(transposed ? "ConvTranspose" : "Conv", [x, weight.X, c.OptionalTensor(2)?.X], [.. attributes]);
        return single ? c.Squeeze(result, 0) : result;
    }

    private static OnnxValue ConvolveMode(OperationCall c)
    {
        TracedValue weight = c.Tensor(1);
        int spatial = weight.Rank - 2;
        long[] dilation = c.Wholes(5, spatial);
        long[] total = [.. dilation.Select((step, i) => c[4] is "same" ? step * (weight.Shape[i + 2] - 1) : 0)];
        return c.Node("Conv", [c.X, weight.X, c.OptionalTensor(2)?.X], ("kernel_shape", weight.Shape[2..]), ("strides", c.Wholes(3, spatial)),
            ("pads", (long[])[.. total.Select(length => length / 2), .. total.Select(length => length - length / 2)]), ("dilations", dilation), ("group", c.Whole(6)));
    }

    private static OnnxValue MaxPool(OperationCall c)
    {
        int spatial = c.Name[^2] - '0';
        long[] kernel = c.Wholes(1, spatial), stride = c.Wholes(2, spatial), padding = c.Wholes(3, spatial);
        // ONNX counts a last window that begins in the padding, libtorch does not.
        if (c.Flag(5)) throw c.Refuse("rounds its output's size up (ceil_mode): use nn.MaxPool, run by call");
        return Batched(c, spatial, x => c.Node("MaxPool", [x], ("kernel_shape", kernel), ("strides", stride.Length == 0 ? kernel : stride),
            ("pads", (long[])[.. padding, .. padding]), ("dilations", c.Wholes(4, spatial))));
    }

    private static OnnxValue AveragePool(OperationCall c)
    {
        int spatial = c.Name[^2] - '0';
        long[] kernel = c.Wholes(1, spatial), stride = c.Wholes(2, spatial), padding = c.Wholes(3, spatial);
        if (c[6] is not null) throw c.Refuse("has a divisor of its own (divisor_override): use nn.AvgPool, run by call");
        // ONNX Runtime and libtorch count the last, partial window otherwise.
        if (c.Flag(4)) throw c.Refuse("rounds its output's size up (ceil_mode): use nn.AvgPool, run by call");
        return Batched(c, spatial, x => c.Node("AveragePool", [x], ("kernel_shape", kernel), ("strides", stride.Length == 0 ? kernel : stride),
            ("pads", (long[])[.. padding, .. padding]), ("count_include_pad", c.Flag(5) ? 1 : 0)));
    }

    private static OnnxValue Batched(OperationCall c, int spatial, Func<OnnxValue, OnnxValue> write) =>
        c.Input.Rank == spatial + 1 ? c.Squeeze(write(c.Unsqueeze(c.X, 0)), 0) : write(c.X);

    // Window i of n covers the places from ⌊i·length/n⌋ to ⌈(i + 1)·length/n⌉.
    private static OnnxValue Adaptive(OperationCall c, string global, Func<OnnxValue, int, OnnxValue> reduce)
    {
        int spatial = c.Name[^2] - '0', first = c.Input.Rank - spatial;
        long[] size = c.Wholes(1, spatial);
        if (size.All(length => length == 1) && c.Input.Rank == spatial + 2) return c.X.Node(global);
        OnnxValue x = c.X;
        for (int k = 0; k < spatial; k++)
        {
            int axis = first + k;
            long length = c.Input.Shape[axis], count = size[k];
            if (count == 1)
            {
                x = reduce(x, axis);
                continue;
            }

            if (c.Input.Varies[axis]) throw c.Refuse("divides any height and width into a fixed number of parts: pool to 1, or export with DynamicSize = false");
            if (count == length) continue;
            x = c.Concat(axis, [.. Enumerable.Range(0, (int)count).Select(i => reduce(x.Slice(axis, i * length / count, ((i + 1) * length + count - 1) / count), axis))]);
        }

        return x;
    }

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
        if (mode == "circular") return Circular(c, before, after);
        object? value = c.Name == "constant_pad_nd" ? c[2] : c.Name is "pad" or "_pad_enum" ? c[3] : null;
        OnnxValue widths = c.Vector([.. before, .. after]);
        return c.Node("Pad", mode == "constant" ? [c.X, widths, c.As(value ?? 0.0, c.Input.Type)] : [c.X, widths], ("mode", mode switch { "replicate" => "edge", _ => mode }));
    }

    private static OnnxValue Circular(OperationCall c, object?[] before, object?[] after)
    {
        OnnxValue x = c.X;
        for (int axis = 0; axis < before.Length; axis++)
        {
            long left = c.Whole(before[axis]), right = c.Whole(after[axis]);
            if (left < 0 || right < 0) throw c.Refuse("cuts off while it pads circularly");
            if (left + right == 0) continue;
            List<OnnxValue> parts = [x];
            if (left > 0) parts.Insert(0, x.Slice(axis, -left));
            if (right > 0) parts.Add(x.Slice(axis, 0, right));
            x = c.Concat(axis, [.. parts]);
        }

        return x;
    }

    private static OnnxValue Resize(OperationCall c)
    {
        bool nearest = c.Name.Contains("nearest", StringComparison.Ordinal), cubic = c.Name.Contains("cubic", StringComparison.Ordinal);
        int spatial = c.Name[^2] - '0';
        List<(string, OnnxAttributeValue)> attributes = nearest
            ? [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")]
            : [("mode", cubic ? "cubic" : "linear"), ("coordinate_transformation_mode", c.Flag(2) ? "align_corners" : "half_pixel")];
        if (cubic) attributes.Add(("cubic_coeff_a", -0.75));
        // Factors come last: one an axis, or all as a list.
        double[] factors = c[c.Count - 1] is object?[] list ? [.. list.OfType<double>()] : [.. Enumerable.Range(c.Count - spatial, spatial).Select(i => c[i] as double? ?? 0).Where(factor => factor > 0)];
        // Where a factor is no whole number, libtorch and ONNX round the size and the places otherwise.
        if (factors.Length == spatial && factors.Any(factor => factor != Math.Floor(factor)))
            throw c.Refuse("enlarges by a factor that is no whole number: give the size, or use nn.Upsample, run by call");
        if (factors.Length == spatial)
            return c.Node("Resize", [c.X, null, c.Graph.Constant([1, 1, .. factors.Select(factor => (float)factor)], [spatial + 2])], [.. attributes]);
        return c.Node("Resize", [c.X, null, null, c.Concat(0, c.X.Shape().Slice(0, 0, 2), c.Vector((object?[])c[1]!))], [.. attributes]);
    }

    // [N, C, H·r, W·r] → [N, C·r², H, W], the channel first and then the place in the block.
    private static OnnxValue PixelUnshuffle(OperationCall c)
    {
        long r = c.Whole(1), channels = c.Input.Shape[1];
        object[] lengths = OperationCall.Lengths(c.Result);
        return c.Reshape(c.Reshape(c.X, lengths[0], channels, lengths[2], r, lengths[3], r).Transpose(0, 1, 3, 5, 2, 4), lengths[0], channels * r * r, lengths[2], lengths[3]);
    }

    private static OnnxValue GridSample(OperationCall c)
    {
        if (c.Graph.Opset < 16) throw c.Refuse($"needs operator set 16 or later (GridSample), and Opset is {c.Graph.Opset}");
        if (c.Input.Rank != 4) throw c.Refuse("samples volumes: only pictures have a form");
        // In opset 20 the names became "linear" and "cubic".
        string[] modes = c.Graph.Opset >= 20 ? ["linear", "nearest", "cubic"] : ["bilinear", "nearest", "bicubic"], paddings = ["zeros", "border", "reflection"];
        return c.Node("GridSample", [c.X, c.Tensor(1).X], ("mode", modes[c.Whole(2)]), ("padding_mode", paddings[c.Whole(3)]), ("align_corners", c.Flag(4) ? 1 : 0));
    }

    private static OnnxValue AffineGrid(OperationCall c)
    {
        object?[] size = (object?[])c[1]!;
        if (size.Length != 4) throw c.Refuse("makes a grid of other than height and width");
        long height = c.Whole(size[2]), width = c.Whole(size[3]);
        bool corners = c.Flag(2);
        var places = new float[height * width * 3];
        for (long y = 0, at = 0; y < height; y++)
        {
            for (long x = 0; x < width; x++, at += 3) (places[at], places[at + 1], places[at + 2]) = (Place(x, width), Place(y, height), 1);
        }

        return c.Graph.Constant(places, [1, height * width, 3]).Node("MatMul", c.X.Transpose(0, 2, 1)).Reshape(-1, height, width, 2);

        float Place(long i, long count) => corners ? count == 1 ? 0 : -1 + 2f * i / (count - 1) : (2f * i + 1) / count - 1;
    }
}

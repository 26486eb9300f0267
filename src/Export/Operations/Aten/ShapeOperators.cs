namespace MLNetGen.Export;

/// <summary>The same elements in another shape or order.</summary>
internal static class ShapeOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("flatten", Flatten),
        ("view reshape _unsafe_view _reshape_alias view_copy", c => c[1] is object?[] lengths ? c.Reshape(c.X, lengths) : throw c.Refuse("sees bytes as another type")),
        ("view_as reshape_as", c => c.Reshape(c.X, OperationCall.Lengths(c.Tensor(1)))),
        ("unflatten", Unflatten),
        ("unsqueeze", c => c.Unsqueeze(c.X, OperationCall.Axis(c.Whole(1), c.Input.Rank + 1))),
        ("squeeze", Squeeze),
        ("t", c => c.Input.Rank < 2 ? c.Input : new TracedValue(c.X.Transpose(1, 0), c.Input.Type, [], []) { TransposeOf = c.Input }),
        ("numpy_T mT adjoint transpose swapaxes swapdims permute movedim moveaxis", c => c.X.Transpose(Order(c))),
        ("expand broadcast_to", Expand),
        ("broadcast_tensors", c => c.Tensors(0).Select(value => c.As(value, "Float")).Aggregate((a, b) => a + b).Shape() is var shape ? c.Tensors(0).Select(value => value.X.Node("Expand", shape)).ToArray() : []),
        ("diff", Differences),
        ("expand_as", c => c.X.Node("Expand", c.Tensor(1).X.Shape())),
        ("repeat tile", Repeat),
        ("repeat_interleave", RepeatEach),
        ("cat concat concatenate", c => c.Concat(c.Axis(1, c.Result.Rank), [.. c.Tensors(0).Where(value => value is not { Rank: 1, Shape: [0] }).Select(value => c.As(value, c.Result.Type))])),
        ("stack", c => c.Concat(c.Axis(1, c.Result.Rank), [.. c.Tensors(0).Select(value => c.Unsqueeze(c.As(value, c.Result.Type), c.Axis(1, c.Result.Rank)))])),
        ("hstack", c => c.Concat(c.Result.Rank == 1 ? 0 : 1, [.. c.Tensors(0).Select(value => c.As(value, c.Result.Type))])),
        ("vstack", c => c.Concat(0, [.. c.Tensors(0).Select(value => value.Rank == 1 ? c.Unsqueeze(c.As(value, c.Result.Type), 0) : c.As(value, c.Result.Type))])),
        ("flip", c => c.Axes(1).Aggregate(c.X, (x, axis) => x.Slice(axis, -1, long.MinValue, -1))),
        ("roll", Roll),
        ("unfold", Unfold),
        ("im2col", Columns),
        ("col2im", Fold),
        ("meshgrid", Mesh),
        ("diagonal linalg_diagonal", c => Diagonal(c, c.Whole(1), c.Axis(2, c.Input.Rank), c.Axis(3, c.Input.Rank))),
        ("diag_embed", c => DiagonalMatrix(c, c.Whole(1), c.Axis(2, c.Result.Rank), c.Axis(3, c.Result.Rank))),
        ("diag", c => c.Input.Rank == 1 ? DiagonalMatrix(c, c.Whole(1), 0, 1) : Diagonal(c, c.Whole(1), 0, 1)),
        ("trace", c => Diagonal(c, 0, 0, 1).ReduceSum([0], keepDimensions: false)),
    ];

    private static OnnxValue Flatten(OperationCall c)
    {
        if (c.Input.Rank == 0) return c.X.Reshape(1);
        int start = c.Axis(1, c.Input.Rank), end = c.Axis(2, c.Input.Rank);
        if (start == end) return c.X;
        if (start == 1 && end == c.Input.Rank - 1) return c.X.Node("Flatten", ("axis", 1));
        object[] lengths = OperationCall.Lengths(c.Input);
        return c.Reshape(c.X, [.. lengths[..start], -1L, .. lengths[(end + 1)..]]);
    }

    private static OnnxValue Unflatten(OperationCall c)
    {
        object[] lengths = OperationCall.Lengths(c.Input);
        int axis = c.Axis(1, c.Input.Rank);
        return c.Reshape(c.X, [.. lengths[..axis], .. (object?[])c[2]!, .. lengths[(axis + 1)..]]);
    }

    private static object Squeeze(OperationCall c)
    {
        long[] ones = [.. (c.Count < 2 ? c.Axes(c.Count) : c.Axes(1)).Where(axis => c.Input.Shape[axis] == 1 && !c.Input.Varies[axis])];
        return ones.Length == 0 ? c.Input : c.Squeeze(c.X, ones);
    }

    /// <summary>For every axis of the result, the axis of the input that it is.</summary>
    public static long[] Order(OperationCall c)
    {
        int rank = c.Input.Rank;
        long[] order = [.. Enumerable.Range(0, rank).Select(axis => (long)axis)];
        switch (c.Name)
        {
            case "permute":
                return c.Axes(1);
            case "numpy_T":
                Array.Reverse(order);
                return order;
            case "movedim" or "moveaxis":
                long[] from = [.. c.Wholes(1).Select(axis => (long)OperationCall.Axis(axis, rank))], to = [.. c.Wholes(2).Select(axis => (long)OperationCall.Axis(axis, rank))];
                var rest = new Queue<long>(order.Except(from));
                return [.. order.Select(axis => Array.IndexOf(to, axis) is var k and >= 0 ? from[k] : rest.Dequeue())];
        }

        bool isLastTwo = c.Name is "t" or "mT" or "adjoint";
        if (isLastTwo && rank < 2) return order;
        (int one, int other) = isLastTwo ? (rank - 2, rank - 1) : (c.Axis(1, rank), c.Axis(2, rank));
        (order[one], order[other]) = (other, one);
        return order;
    }

    /// <summary>The order that undoes another one: where the axis with each number went.</summary>
    public static long[] Inverse(long[] order) => [.. order.Select((_, i) => (long)Array.IndexOf(order, i))];

    private static OnnxValue Expand(OperationCall c)
    {
        object?[] lengths = (object?[])c[1]!;
        object[] own = OperationCall.Lengths(c.Input);
        int added = lengths.Length - c.Input.Rank;
        return c.X.Node("Expand", c.Vector([.. lengths.Select((length, axis) => length is -1L ? own[axis - added] : length)]));
    }

    // diff(x, n, axis, prepend, append).
    private static OnnxValue Differences(OperationCall c)
    {
        if (c.Result.Type == "Bool") throw c.Refuse("differs truth values: make them numbers");
        int axis = c.Axis(2, c.Input.Rank);
        OnnxValue x = c.Concat(axis, [.. new[] { c.OptionalTensor(3), c.Input, c.OptionalTensor(4) }.OfType<TracedValue>().Select(value => c.As(value, c.Result.Type))]);
        for (long i = 0; i < c.Whole(1); i++) x = x.Slice(axis, 1) - x.Slice(axis, 0, -1);
        return x;
    }

    private static OnnxValue Repeat(OperationCall c)
    {
        object?[] times = (object?[])c[1]!;
        int added = times.Length - c.Input.Rank;
        if (added < 0) times = [.. Enumerable.Repeat<object?>(1L, -added), .. times];
        OnnxValue x = added > 0 ? c.Unsqueeze(c.X, [.. Enumerable.Range(0, added).Select(axis => (long)axis)]) : c.X;
        return x.Node("Tile", c.Vector(times));
    }

    private static OnnxValue RepeatEach(OperationCall c)
    {
        if (c[1] is TracedValue || c[2] is null) throw c.Refuse("repeats by other than one number along one axis");
        int axis = c.Axis(2, c.Input.Rank);
        object[] lengths = OperationCall.Lengths(c.Input);
        OnnxValue each = c.Unsqueeze(c.X, axis + 1).Node("Expand", c.Vector([.. lengths[..(axis + 1)], c[1], .. lengths[(axis + 1)..]]));
        return c.Reshape(each, [.. lengths[..axis], c.Result.Varies[axis] ? -1L : c.Result.Shape[axis], .. lengths[(axis + 1)..]]);
    }

    private static OnnxValue Roll(OperationCall c)
    {
        object?[] shifts = c[1] as object?[] ?? [c[1]];
        long[] axes = c.Wholes(2);
        // Without axes all elements are one row.
        if (axes.Length == 0) return Rolled(c, c.X.Reshape(-1), 0, c.Unsqueeze(c.X.Node("Size"), 0), c.Vector(shifts[0])).Node("Reshape", c.X.Shape());
        OnnxValue x = c.X;
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = OperationCall.Axis(axes[i], c.Input.Rank);
            if (c.Input.Varies[axis] || shifts[i] is not long shift)
            {
                x = Rolled(c, x, axis, c.Vector(OperationCall.Lengths(c.Input)[axis]), c.Vector(shifts[i]));
                continue;
            }

            shift %= Math.Max(1, c.Input.Shape[axis]);
            if (shift != 0) x = c.Concat(axis, x.Slice(axis, -shift), x.Slice(axis, 0, -shift));
        }

        return x;
    }

    // ONNX's Mod has the divisor's sign.
    public static OnnxValue Rolled(OperationCall c, OnnxValue x, int axis, OnnxValue length, OnnxValue shift)
    {
        OnnxValue cut = length - shift.Node("Mod", length), number = c.Graph.Constant([axis]);
        return c.Concat(axis, x.Node("Slice", cut, length, number), x.Node("Slice", c.Graph.Constant([0]), cut, number));
    }

    // Windows along one axis, as a last axis of their own.
    private static OnnxValue Unfold(OperationCall c)
    {
        int axis = c.Axis(1, c.Input.Rank);
        long[] order = [.. Enumerable.Range(0, c.Input.Rank + 1).Where(each => each != axis + 1).Select(each => (long)each), axis + 1];
        return Windows(c, axis, c.Whole(2), c.Whole(3)).Transpose(order);
    }

    /// <summary>Windows along one axis of the input, as a further axis behind it.</summary>
    public static OnnxValue Windows(OperationCall c, int axis, long size, long step)
    {
        OnnxValue length = c.Vector(OperationCall.Lengths(c.Input)[axis]), zero = c.As(0L, "Long"), one = c.As(1L, "Long");
        OnnxValue count = (length - c.Graph.Constant([size])) / c.Graph.Constant([step]) + c.Graph.Constant([1]);
        OnnxValue starts = c.Node("Range", [zero, c.Squeeze(count, 0), one]) * c.Graph.Constant([step]);
        return c.Node("Gather", [c.X, c.Unsqueeze(starts, 1) + c.Node("Range", [zero, c.As(size, "Long"), one])], ("axis", axis));
    }

    // One 1 in every kernel: what takes windows apart, and puts them together.
    private static OnnxValue OneHotKernels(OperationCall c, long channels, long[] kernel)
    {
        long window = kernel[0] * kernel[1];
        var ones = new float[channels * window * window];
        for (long row = 0; row < channels * window; row++) ones[row * window + row % window] = 1;
        return c.Graph.Constant(ones, [channels * window, 1, kernel[0], kernel[1]]);
    }

    // Every window of a picture as a column.
    private static OnnxValue Columns(OperationCall c) => c.Batched(2, x =>
    {
        long[] kernel = c.Wholes(1, 2), dilation = c.Wholes(2, 2), padding = c.Wholes(3, 2), stride = c.Wholes(4, 2);
        long channels = c.Input.Shape[^3];
        OnnxValue columns = c.Node("Conv", [x, OneHotKernels(c, channels, kernel)], ("kernel_shape", kernel), ("dilations", dilation),
            ("pads", (long[])[.. padding, .. padding]), ("strides", stride), ("group", channels));
        return columns.Reshape(0, channels * kernel[0] * kernel[1], -1);
    });

    // Every column as a window of a picture, overlapping ones added up.
    private static OnnxValue Fold(OperationCall c) => c.Batched(1, x =>
    {
        object?[] size = (object?[])c[1]!;
        long[] kernel = c.Wholes(2, 2), dilation = c.Wholes(3, 2), padding = c.Wholes(4, 2), stride = c.Wholes(5, 2);
        long window = kernel[0] * kernel[1], channels = c.Input.Shape[^2] / window;
        OnnxValue Number(long number) => c.Graph.Constant([number]);
        OnnxValue[] reached = [.. size.Select((length, i) => c.Vector(length) + Number(2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1))];
        OnnxValue[] counts = [.. reached.Select((length, i) => length / Number(stride[i]) + Number(1))];
        OnnxValue places = x.Node("Reshape", c.Concat(0, Number(0), Number(channels * window), counts[0], counts[1]));
        OnnxValue picture = c.Node("ConvTranspose", [places, OneHotKernels(c, channels, kernel)], ("kernel_shape", kernel), ("dilations", dilation),
            ("pads", (long[])[.. padding, 0, 0]), ("strides", stride), ("group", channels));
        // At the ends the padding is cut off, and zeros are where no window reaches.
        OnnxValue lengths = c.Vector(size), cut = picture.Node("Slice", c.Graph.Constant([0, 0]), lengths, c.Graph.Constant([2, 3]));
        return cut.Node("Pad", c.Concat(0, c.Graph.Constant(new long[6]), lengths - cut.Shape().Slice(0, 2, 4)));
    });

    private static OnnxValue[] Mesh(OperationCall c)
    {
        TracedValue[] values = c.Tensors(0);
        int[] places = [.. Enumerable.Range(0, values.Length)];
        // "xy": the first runs along columns.
        if (c[1] is "xy" && values.Length > 1) (places[0], places[1]) = (1, 0);
        OnnxValue[] lengths = [.. Enumerable.Range(0, values.Length).Select(place => c.Vector(values[Array.IndexOf(places, place)] is { Rank: 1 } value ? OperationCall.Lengths(value)[0] : 1L))];
        OnnxValue shape = c.Concat(0, lengths);
        return [.. values.Select((value, i) => value.X.Reshape([.. places.Select((_, place) => place == places[i] ? -1L : 1)]).Node("Expand", shape))];
    }

    private static OnnxValue Diagonal(OperationCall c, long offset, int rows, int columns)
    {
        long[] rest = [.. Enumerable.Range(0, c.Input.Rank).Where(axis => axis != rows && axis != columns).Select(axis => (long)axis)];
        object[] lengths = OperationCall.Lengths(c.Input);
        OnnxValue flat = c.Reshape(c.X.Transpose([.. rest, rows, columns]), [.. rest.Select(axis => lengths[axis]), -1L]);
        OnnxValue height = c.Vector(lengths[rows]), width = c.Vector(lengths[columns]), one = c.Graph.Constant([1]);
        OnnxValue count = (height - c.Graph.Constant([Math.Max(-offset, 0)])).Node("Min", width - c.Graph.Constant([Math.Max(offset, 0)]));
        OnnxValue start = offset >= 0 ? c.Graph.Constant([offset]) : width * c.Graph.Constant([-offset]);
        OnnxValue steps = c.Node("Range", [c.As(0L, "Long"), c.Squeeze(count, 0), c.As(1L, "Long")]);
        return c.Node("Gather", [flat, steps * (width + one) + start], ("axis", c.Input.Rank - 2));
    }

    private static OnnxValue DiagonalMatrix(OperationCall c, long offset, int rows, int columns)
    {
        int rank = c.Input.Rank + 1;
        long more = Math.Abs(offset);
        OnnxValue x = c.X;
        if (more > 0)
        {
            long[] before = new long[c.Input.Rank];
            before[^1] = more;
            // Above the diagonal a column has the element, below it a row: those at the beginning have none.
            x = x.Node("Pad", c.Graph.Constant([.. before, .. new long[c.Input.Rank]]));
        }

        OnnxValue places = c.Node("Range", [c.As(0L, "Long"), c.Squeeze(x.Shape().Slice(0, -1), 0), c.As(1L, "Long")]);
        OnnxValue isDiagonal = (c.Unsqueeze(places, 0) - c.Unsqueeze(places, 1)).Node("Equal", c.As(offset, "Long"));
        OnnxValue matrix = c.Node("Where", [isDiagonal, c.Unsqueeze(x, offset >= 0 ? -2 : -1), c.As(0L, c.Input.Type)]);
        int next = 0;
        return rows == rank - 2 && columns == rank - 1 ? matrix
            : matrix.Transpose([.. Enumerable.Range(0, rank).Select(axis => axis == rows ? rank - 2L : axis == columns ? rank - 1L : next++)]);
    }
}

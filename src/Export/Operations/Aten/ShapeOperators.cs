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
        ("numpy_T", c => c.X.Transpose([.. Enumerable.Range(0, c.Input.Rank).Select(axis => (long)(c.Input.Rank - 1 - axis))])),
        ("mT adjoint", c => Swap(c, c.Input.Rank - 2, c.Input.Rank - 1)),
        ("transpose swapaxes swapdims", c => Swap(c, c.Axis(1, c.Input.Rank), c.Axis(2, c.Input.Rank))),
        ("permute", c => c.X.Transpose(c.Axes(1))),
        ("movedim moveaxis", MoveAxes),
        ("expand broadcast_to", Expand),
        // What copy_ becomes, too: it converts.
        ("expand_as", c => c.As(0, c.Result.Type).Node("Expand", c.Tensor(1).X.Shape())),
        ("repeat tile", Repeat),
        ("repeat_interleave", RepeatEach),
        ("cat concat concatenate", c => c.Concat(c.Axis(1, c.Result.Rank), [.. c.Tensors(0).Where(value => value is not { Rank: 1, Shape: [0] }).Select(value => c.As(value, c.Result.Type))])),
        ("stack", c => c.Concat(c.Axis(1, c.Result.Rank), [.. c.Tensors(0).Select(value => c.Unsqueeze(c.As(value, c.Result.Type), c.Axis(1, c.Result.Rank)))])),
        ("hstack", c => c.Concat(c.Result.Rank == 1 ? 0 : 1, [.. c.Tensors(0).Select(value => c.As(value, c.Result.Type))])),
        ("vstack", c => c.Concat(0, [.. c.Tensors(0).Select(value => value.Rank == 1 ? c.Unsqueeze(c.As(value, c.Result.Type), 0) : c.As(value, c.Result.Type))])),
        ("flip", c => Flip(c, c.Axes(1))),
        ("roll", Roll),
        ("unfold", Unfold),
        ("im2col", Columns),
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

    private static OnnxValue Swap(OperationCall c, int one, int other)
    {
        long[] order = [.. Enumerable.Range(0, c.Input.Rank).Select(axis => (long)axis)];
        (order[one], order[other]) = (other, one);
        return c.X.Transpose(order);
    }

    private static OnnxValue MoveAxes(OperationCall c)
    {
        long[] from = [.. c.Wholes(1).Select(axis => (long)OperationCall.Axis(axis, c.Input.Rank))], to = [.. c.Wholes(2).Select(axis => (long)OperationCall.Axis(axis, c.Input.Rank))];
        var rest = new Queue<long>(Enumerable.Range(0, c.Input.Rank).Select(axis => (long)axis).Except(from));
        return c.X.Transpose([.. Enumerable.Range(0, c.Input.Rank).Select(axis => Array.IndexOf(to, axis) is var k and >= 0 ? from[k] : rest.Dequeue())]);
    }

    private static OnnxValue Expand(OperationCall c)
    {
        object?[] lengths = (object?[])c[1]!;
        object[] own = OperationCall.Lengths(c.Input);
        int added = lengths.Length - c.Input.Rank;
        return c.X.Node("Expand", c.Vector([.. lengths.Select((length, axis) => length is -1L ? own[axis - added] : length)]));
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

    private static OnnxValue Flip(OperationCall c, long[] axes) =>
        axes.Aggregate(c.X, (x, axis) => x.Slice(axis, -1, long.MinValue, -1));

    private static OnnxValue Roll(OperationCall c)
    {
        long[] shifts = c.Wholes(1), axes = c.Wholes(2);
        if (axes.Length == 0) throw c.Refuse("rolls all elements as one row: name the axes");
        OnnxValue x = c.X;
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = OperationCall.Axis(axes[i], c.Input.Rank);
            long shift = shifts[i];
            if (!c.Input.Varies[axis]) shift %= Math.Max(1, c.Input.Shape[axis]);
            if (shift != 0) x = c.Concat(axis, x.Slice(axis, -shift), x.Slice(axis, 0, -shift));
        }

        return x;
    }

    // Windows along one axis, as a last axis of their own.
    private static OnnxValue Unfold(OperationCall c)
    {
        int axis = c.Axis(1, c.Input.Rank);
        if (c.Input.Varies[axis]) throw c.Refuse("cuts an axis of any length into windows");
        long size = c.Whole(2), step = c.Whole(3), count = (c.Input.Shape[axis] - size) / step + 1;
        long[] places = [.. Enumerable.Range(0, (int)count).SelectMany(window => Enumerable.Range(0, (int)size).Select(place => window * step + place))];
        OnnxValue windows = c.Node("Gather", [c.X, c.Node("Reshape", [c.Graph.Constant(places), c.Graph.Constant([count, size])])], ("axis", axis));
        long[] order = [.. Enumerable.Range(0, c.Input.Rank + 1).Where(each => each != axis + 1).Select(each => (long)each), axis + 1];
        return windows.Transpose(order);
    }

    // Every window of a picture as a column: a convolution with one 1 in every kernel.
    private static OnnxValue Columns(OperationCall c)
    {
        long[] kernel = c.Wholes(1), dilation = c.Wholes(2), padding = c.Wholes(3), stride = c.Wholes(4);
        long channels = c.Input.Shape[1], window = kernel[0] * kernel[1];
        var ones = new float[channels * window * window];
        for (long row = 0; row < channels * window; row++) ones[row * window + row % window] = 1;
        OnnxValue columns = c.Node("Conv", [c.X, c.Graph.Constant(ones, [channels * window, 1, kernel[0], kernel[1]])], ("kernel_shape", kernel), ("dilations", dilation),
            ("pads", (long[])[.. padding, .. padding]), ("strides", stride), ("group", channels));
        return columns.Reshape(0, channels * window, -1);
    }
}

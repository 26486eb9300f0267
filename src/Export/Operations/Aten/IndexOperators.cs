namespace MLNetGen.Export;

/// <summary>Parts of tensors, taken and put.</summary>
internal static class IndexOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("select", Select),
        ("slice", c => Slice(c, c[2] ?? 0L, c[3] ?? long.MaxValue, c.Count > 4 && c[4] is not null ? c.Whole(4) : 1)),
        ("narrow", Narrow),
        ("chunk split split_with_sizes tensor_split unsafe_split unsafe_chunk", Split),
        ("unbind", Unbind),
        ("index_select", c => c.Node("Gather", [c.X, c.Tensor(2).X], ("axis", c.Axis(1, c.Input.Rank)))),
        ("embedding", c => c.Node("Gather", [c.X, c.Tensor(1).X], ("axis", 0))),
        ("gather", c => c.Node("GatherElements", [c.X, c.Tensor(2).X], ("axis", c.Axis(1, c.Input.Rank)))),
        ("take_along_dim", c => c.Input.Rank == c.Tensor(1).Rank && Enumerable.Range(0, c.Input.Rank).All(axis => axis == c.Axis(2, c.Input.Rank) || c.Input.Shape[axis] == c.Tensor(1).Shape[axis])
            ? c.Node("GatherElements", [c.X, c.Tensor(1).X], ("axis", c.Axis(2, c.Input.Rank))) : throw c.Refuse("stretches its places over other axes: expand them")),
        ("scatter", c => Scatter(c, null)),
        ("scatter_add", c => Scatter(c, "add")),
        ("index", Index),
        ("one_hot", OneHot),
        ("copy", Fitted),
        ("slice_scatter", SliceScatter),
        ("select_scatter", SelectScatter),
    ];

    private static OnnxValue Select(OperationCall c)
    {
        int axis = c.Axis(1, c.Input.Rank);
        if (c[2] is TracedLength place)
            return c.Squeeze(c.X.Node("Slice", c.Vector(place), c.Vector(place) + c.Graph.Constant([1]), c.Graph.Constant([axis])), axis);
        long at = c.Whole(2);
        return c.Squeeze(c.X.Slice(axis, at, at == -1 ? long.MaxValue : at + 1), axis);
    }

    private static object Slice(OperationCall c, object? start, object? end, long step)
    {
        int axis = c.Axis(1, c.Input.Rank);
        if (start is 0L && end is long.MaxValue && step == 1) return c.Input;
        return c.X.Node("Slice", c.Vector(start), c.Vector(end), c.Graph.Constant([axis]), c.Graph.Constant([step]));
    }

    private static OnnxValue Narrow(OperationCall c)
    {
        int axis = c.Axis(1, c.Input.Rank);
        OnnxValue start = c.Vector(c[2]), end = start + c.Vector(c[3]);
        if (c[2] is long first && c[3] is long length) end = c.Graph.Constant([first < 0 && first + length == 0 ? long.MaxValue : first + length]);
        return c.X.Node("Slice", start, end, c.Graph.Constant([axis]));
    }

    private static OnnxValue[] Split(OperationCall c)
    {
        int axis = c.Axis(2, c.Input.Rank);
        long start = 0;
        return [.. PartLengths(c).Select(size => c.X.Slice(axis, start, start += size))];
    }

    /// <summary>How long the parts are that chunk, split and their like cut an axis into.</summary>
    public static long[] PartLengths(OperationCall c)
    {
        int axis = c.Axis(2, c.Input.Rank);
        if (c.Input.Varies[axis]) throw c.Refuse("cuts an axis of any length into a fixed number of parts");
        long length = c.Input.Shape[axis];
        List<long> sizes = [];
        if (c.Name == "tensor_split")
        {
            if (c[1] is object?[]) throw c.Refuse("cuts at places: use split with sizes");
            long count = c.Whole(1);
            sizes.AddRange(Enumerable.Range(0, (int)count).Select(i => length / count + (i < length % count ? 1 : 0)));
        }
        else if (c[1] is object?[])
        {
            sizes.AddRange(c.Wholes(1));
        }
        else
        {
            long size = c.Name.EndsWith("chunk", StringComparison.Ordinal) ? (length + c.Whole(1) - 1) / c.Whole(1) : c.Whole(1);
            for (long at = 0; at < length; at += size) sizes.Add(Math.Min(size, length - at));
        }

        return [.. sizes];
    }

    private static OnnxValue[] Unbind(OperationCall c)
    {
        int axis = c.Axis(1, c.Input.Rank);
        if (c.Input.Varies[axis]) throw c.Refuse("takes an axis of any length apart");
        return [.. Enumerable.Range(0, (int)c.Input.Shape[axis]).Select(i => c.Squeeze(c.X.Slice(axis, i, i + 1), axis))];
    }

    private static OnnxValue Scatter(OperationCall c, string? reduction)
    {
        int axis = c.Axis(1, c.Input.Rank);
        if (c.Count > 4) throw c.Refuse("reduces what it scatters: use scatter_add");
        OnnxValue places = c.Tensor(2).X;
        OnnxValue source = c[3] is TracedValue value ? value.X : c.As(3, c.Input.Type).Node("Expand", places.Shape());
        if (c[3] is TracedValue given && !given.Shape.SequenceEqual(c.Tensor(2).Shape)) throw c.Refuse("takes only a part of its source");
        if (reduction is not null && c.Graph.Opset < 16) throw c.Refuse($"needs operator set 16 or later, and Opset is {c.Graph.Opset}");
        return reduction is null
            ? c.Node("ScatterElements", [c.X, places, source], ("axis", axis))
            : c.Node("ScatterElements", [c.X, places, source], ("axis", axis), ("reduction", reduction));
    }

    // x[i], x[:, i], x[i, j]: places along one axis, or along the first ones.
    private static OnnxValue Index(OperationCall c)
    {
        object?[] places = (object?[])c[1]!;
        int[] axes = [.. Enumerable.Range(0, places.Length).Where(axis => places[axis] is TracedValue)];
        if (axes.Any(axis => ((TracedValue)places[axis]!).Type is "Bool" or "Byte")) throw c.Refuse("picks elements by a mask, whose number depends on the input's values: use where");
        if (axes is [int single]) return c.Node("Gather", [c.X, c.As(places[single], "Long")], ("axis", single));
        if (axes.Length != places.Length || axes[0] != 0) throw c.Refuse("picks elements along axes that are not the first ones");
        // The axes' places broadcast against each other, and become the last axis of one tensor of places.
        OnnxValue shape = axes.Select(axis => c.As(places[axis], "Long")).Aggregate((a, b) => a + b).Shape();
        return c.X.Node("GatherND", c.Concat(-1, [.. axes.Select(axis => c.Unsqueeze(c.As(places[axis], "Long").Node("Expand", shape), -1))]));
    }

    // copy_(source): in the target's type, and stretched to its shape.
    private static OnnxValue Fitted(OperationCall c) => c.Tensor(1).Shape.SequenceEqual(c.Input.Shape)
        ? c.As(1, c.Input.Type) : c.As(1, c.Input.Type).Node("Expand", c.Vector(OperationCall.Lengths(c.Input)));

    private static OnnxValue OneHot(OperationCall c)
    {
        if (c[1] is null or -1L) throw c.Refuse("counts the classes in the input: give their number");
        return c.Node("OneHot", [c.As(0, "Long"), c.Vector(c[1]), c.Graph.Constant([0, 1])], ("axis", -1));
    }

    private static OnnxValue SliceScatter(OperationCall c)
    {
        int axis = c.Axis(2, c.Input.Rank);
        if (c[5] is not null && c.Whole(5) != 1) return Every(c, axis);
        OnnxValue before = c.X.Node("Slice", c.Graph.Constant([0]), c.Vector(c[3] ?? 0L), c.Graph.Constant([axis]));
        OnnxValue after = c.X.Node("Slice", c.Vector(c[4] ?? long.MaxValue), c.Graph.Constant([long.MaxValue]), c.Graph.Constant([axis]));
        return c.Concat(axis, before, c.As(1, c.Input.Type), after);
    }

    // Every so many elements of an axis, which comes first for the while.
    private static OnnxValue Every(OperationCall c, int axis)
    {
        long[] order = [.. Enumerable.Range(0, c.Input.Rank).Select(each => (long)each)];
        (order[0], order[axis]) = (order[axis], order[0]);
        OnnxValue length = c.Vector(OperationCall.Lengths(c.Input)[axis]);
        OnnxValue all = c.Node("Range", [c.As(0L, "Long"), c.Squeeze(length, 0), c.As(1L, "Long")]);
        OnnxValue places = all.Node("Slice", c.Vector(c[3] ?? 0L), c.Vector(c[4] ?? long.MaxValue), c.Graph.Constant([0]), c.Vector(c[5]));
        return c.X.Transpose(order).Node("ScatterND", c.Unsqueeze(places, -1), c.As(1, c.Input.Type).Transpose(order)).Transpose(order);
    }

    private static OnnxValue SelectScatter(OperationCall c)
    {
        int axis = c.Axis(2, c.Input.Rank);
        long at = c.Whole(3);
        OnnxValue before = c.X.Slice(axis, 0, at), after = c.X.Slice(axis, at == -1 ? long.MaxValue : at + 1);
        return c.Concat(axis, before, c.Unsqueeze(c.As(1, c.Input.Type), axis), after);
    }
}

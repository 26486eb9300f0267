using MLNetGen.Onnx;

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
        ("scatter", c => Scatter(c, c[4] as string)),
        ("scatter_add", c => Scatter(c, "add")),
        ("scatter_reduce", c => c.Flag(5) || c[5] is null ? Scatter(c, c[4] as string) : throw c.Refuse("leaves out what was there (include_self: false): scatter into the neutral element")),
        ("index_add", c => ScatterRows(c, c[4] is null || c.Number(4) == 1 ? c.As(3, c.Input.Type) : c.As(3, c.Input.Type).Node("Mul", c.As(4, c.Input.Type)), "add")),
        ("index_copy", c => ScatterRows(c, c.As(3, c.Input.Type), null)),
        ("index", Index),
        ("index_put _index_put_impl", Put),
        ("embedding_bag", EmbeddingBag),
        ("one_hot", OneHot),
        ("copy", Fitted),
        ("slice_scatter", SliceScatter),
        // A slice of one.
        ("select_scatter", c => SliceScatter(c.With([c[0], c.Tensor(1) with { X = c.Unsqueeze(c.As(1, c.Input.Type), c.Axis(2, c.Input.Rank)) }, c[2], c[3], c.Whole(3) == -1 ? null : c.Whole(3) + 1]))),
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
        OnnxValue[] ends = Ends(c);
        return [.. ends.Select((end, i) => c.X.Node("Slice", i == 0 ? c.Graph.Constant([0]) : ends[i - 1], end, c.Graph.Constant([axis])))];
    }

    /// <summary>Where the parts end that chunk, split and their like cut an axis into.</summary>
    public static OnnxValue[] Ends(OperationCall c)
    {
        int axis = c.Axis(2, c.Input.Rank);
        object length = OperationCall.Lengths(c.Input)[axis];
        if (c[1] is object?[] list)
        {
            if (c.Name == "tensor_split") return [.. list.Select(c.Vector), c.Graph.Constant([long.MaxValue])];
            OnnxValue? end = null;
            return [.. list.Select(size => end = end is null ? c.Vector(size) : end + c.Vector(size))];
        }

        // Of an axis of any length: as many parts as in every trace.
        bool inParts = c.Name.EndsWith("chunk", StringComparison.Ordinal);
        if (c.Name == "tensor_split")
        {
            long parts = c.Whole(1);
            OnnxValue count = c.Graph.Constant([parts]), all = c.Vector(length), size = all / count, rest = all - size * count;
            return [.. Enumerable.Range(1, (int)parts).Select(i => size * c.Graph.Constant([i]) + rest.Node("Min", c.Graph.Constant([i])))];
        }

        if (!inParts && length is TracedLength && c[1] is not TracedLength) throw c.Refuse("cuts an axis of any length into parts of a fixed one, however many: their number is fixed in a graph");
        long example = c.Input.Shape[axis], each = inParts ? (example + c.Whole(1) - 1) / c.Whole(1) : c[1] is TracedLength given ? given.Example : c.Whole(1);
        OnnxValue step = !inParts ? c.Vector(c[1]) : length is long ? c.Graph.Constant([each]) : (c.Vector(length) + c.Graph.Constant([c.Whole(1) - 1])) / c.Graph.Constant([c.Whole(1)]);
        return [.. Enumerable.Range(1, (int)Math.Max(1, (example + each - 1) / Math.Max(1, each))).Select(i => step * c.Graph.Constant([i]))];
    }

    private static OnnxValue[] Unbind(OperationCall c)
    {
        int axis = c.Axis(1, c.Input.Rank);
        if (c.Input.Varies[axis]) throw c.Refuse("takes an axis of any length apart");
        return [.. Enumerable.Range(0, (int)c.Input.Shape[axis]).Select(i => c.Squeeze(c.X.Slice(axis, i, i + 1), axis))];
    }

    private static OnnxValue Scatter(OperationCall c, string? reduction)
    {
        TracedValue places = c.Tensor(2);
        OnnxValue source = c[3] is TracedValue given ? c.As(given, c.Input.Type) : c.As(3, c.Input.Type).Node("Expand", places.X.Shape());
        for (int axis = 0; c[3] is TracedValue value && axis < value.Rank; axis++)
        {
            // As much of the source as there are places.
            bool isWhole = value.Varies[axis] || places.Varies[axis]
                ? value.Shapes.Length > 0 && value.Shapes.Select(shape => shape[axis]).SequenceEqual(places.Shapes.Select(shape => shape[axis])) : value.Shape[axis] == places.Shape[axis];
            if (!isWhole)
                source = source.Node("Slice", c.Graph.Constant([0]), c.Vector(OperationCall.Lengths(places)[axis]), c.Graph.Constant([axis]));
        }

        return ScatterElements(c, c.Axis(1, c.Input.Rank), places.X, source, reduction);
    }

    // Rows, or what stands at a place of an axis, to the places of a vector.
    private static OnnxValue ScatterRows(OperationCall c, OnnxValue source, string? reduction)
    {
        int axis = c.Axis(1, c.Input.Rank);
        OnnxValue places = c.As(2, "Long").Reshape([.. Enumerable.Range(0, c.Input.Rank).Select(each => each == axis ? -1L : 1)]).Node("Expand", source.Shape());
        return ScatterElements(c, axis, places, source, reduction);
    }

    private static OnnxValue ScatterElements(OperationCall c, int axis, OnnxValue places, OnnxValue source, string? reduction)
    {
        string? known = reduction switch { null => null, "add" or "sum" => "add", "multiply" or "prod" => "mul", "amax" => "max", "amin" => "min", _ => throw c.Refuse($"reduces by {reduction}: use sum, and divide") };
        if (known is not null) c.RequireOpset(known is "max" or "min" ? 18 : 16);
        return known is null
            ? c.Node("ScatterElements", [c.X, places, source], ("axis", axis))
            : c.Node("ScatterElements", [c.X, places, source], ("axis", axis), ("reduction", known));
    }

    // Axes with places are brought to the front, where ONNX wants them; what comes out stands where the first of them was if they stand side by side, else in front.
    private static (OnnxValue X, OnnxValue Places, long[] Order, long[] Back) Places(OperationCall c)
    {
        object?[] given = (object?[])c[1]!;
        int[] axes = [.. Enumerable.Range(0, given.Length).Where(axis => given[axis] is TracedValue)];
        if (axes.Any(axis => ((TracedValue)given[axis]!).Type is "Bool" or "Byte")) throw c.Refuse("picks elements by a mask, whose number depends on the input's values: use where");
        int[] rest = [.. Enumerable.Range(0, c.Input.Rank).Except(axes)];
        long[] order = [.. axes.Concat(rest).Select(axis => (long)axis)];
        // The axes' places broadcast against each other, and become the last axis of one tensor of places.
        OnnxValue shape = axes.Select(axis => c.As(given[axis], "Long")).Aggregate((a, b) => a + b).Shape();
        OnnxValue places = c.Concat(-1, [.. axes.Select(axis => c.Unsqueeze(c.As(given[axis], "Long").Node("Expand", shape), -1))]);
        int rank = axes.Max(axis => ((TracedValue)given[axis]!).Rank), before = axes[^1] - axes[0] == axes.Length - 1 ? axes[0] : 0;
        long[] back = [.. Enumerable.Range(rank, before), .. Enumerable.Range(0, rank), .. Enumerable.Range(rank + before, rest.Length - before)];
        return (Ordered(c.X, order), places, order, back);
    }

    private static OnnxValue Ordered(OnnxValue x, long[] order) => order.Where((axis, i) => axis != i).Any() ? x.Transpose(order) : x;

    // x[i], x[:, i], x[i, :, j].
    private static OnnxValue Index(OperationCall c)
    {
        object?[] places = (object?[])c[1]!;
        int[] axes = [.. Enumerable.Range(0, places.Length).Where(axis => places[axis] is TracedValue)];
        if (axes is [int single] && places[single] is TracedValue { Type: not ("Bool" or "Byte") }) return c.Node("Gather", [c.X, c.As(places[single], "Long")], ("axis", single));
        (OnnxValue x, OnnxValue at, _, long[] back) = Places(c);
        return Ordered(x.Node("GatherND", at), back);
    }

    // x[i, j] = y, and x[mask] = 0.
    private static OnnxValue Put(OperationCall c)
    {
        TracedValue values = c.Tensor(2);
        if (((object?[])c[1]!) is [TracedValue { Type: "Bool" } mask] && values.Shape.All(length => length == 1) && !values.Varies.Contains(true) && !c.Flag(3))
        {
            OnnxValue wide = mask.Rank == c.Input.Rank ? mask.X : c.Unsqueeze(mask.X, [.. Enumerable.Range(mask.Rank, c.Input.Rank - mask.Rank).Select(axis => (long)axis)]);
            return c.Choose(wide, c.As(2, c.Input.Type).Reshape(), c.X);
        }

        (OnnxValue x, OnnxValue at, long[] order, long[] back) = Places(c);
        // In the shape of what stands there now.
        OnnxValue now = x.Node("GatherND", at), updates = c.As(2, c.Input.Type);
        updates = Ordered(updates.Node("Expand", Ordered(now, back).Shape()), ShapeOperators.Inverse(back));
        if (c.Flag(3)) c.RequireOpset(16);
        OnnxValue result = c.Flag(3) ? c.Node("ScatterND", [x, at, updates], ("reduction", "add")) : c.Node("ScatterND", [x, at, updates]);
        return Ordered(result, ShapeOperators.Inverse(order));
    }

    // Bag b has the places from its offset to the next one's: a matrix of zeros and ones sums them up.
    private static OnnxValue EmbeddingBag(OperationCall c)
    {
        // (weight, indices, offsets, scale_grad, mode, sparse, per_sample_weights, include_last_offset, padding_idx)
        OnnxValue places = c.As(1, "Long"), offsets = c.As(2, "Long"), rows = c.X.Node("Gather", places);
        if (c.Tensor(1).Rank != 1) throw c.Refuse("has bags of more than one axis");
        OnnxValue next = c.Flag(7) ? offsets.Slice(0, 1) : c.Concat(0, offsets.Slice(0, 1), places.Shape());
        if (c.Flag(7)) offsets = offsets.Slice(0, 0, -1);
        OnnxValue at = c.Node("Range", [c.As(0L, "Long"), c.Squeeze(places.Shape(), 0), c.As(1L, "Long")]);
        OnnxValue isIn = at.Node("GreaterOrEqual", c.Unsqueeze(offsets, 1)).Node("And", at.Node("Less", c.Unsqueeze(next, 1)));
        if (c[8] is not null && c.Whole(8) >= 0) isIn = isIn.Node("And", places.Node("Equal", c.Graph.Constant([c.Whole(8)])).Node("Not"));
        if (c.OptionalTensor(6) is { } weights) rows *= c.Unsqueeze(weights.X, 1);
        OnnxValue matrix = isIn.Cast(OnnxElementType.Float), count = matrix.ReduceSum([1]);
        switch (c.Whole(4))
        {
            case 0: return matrix.Node("MatMul", rows);
            case 1: return matrix.Node("MatMul", rows) / count.Node("Max", c.As(1.0, "Float"));
            default:
                OnnxValue greatest = c.Node("Where", [c.Unsqueeze(isIn, 2), c.Unsqueeze(rows, 0), c.As(double.NegativeInfinity, "Float")]).ReduceMax([1], keepDimensions: false);
                return c.Node("Where", [count.Node("Equal", c.As(0.0, "Float")), c.As(0.0, "Float"), greatest]);
        }
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
}

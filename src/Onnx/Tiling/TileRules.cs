using MLNetGen.Onnx.Format;

namespace MLNetGen.Onnx.Tiling;

/// <summary>Knows of every operator that works on a neighbourhood of each position how far it looks, and refuses the others.</summary>
internal static class TileRules
{
    private static readonly HashSet<string> Elementwise =
    [
        "Abs", "BatchNormalization", "Cast", "Ceil", "Celu", "Clip", "Cos", "Dropout", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish",
        "Identity", "InstanceNormalization", "LRN", "LeakyRelu", "Log", "Mish", "Neg", "Not", "Reciprocal", "Relu", "Round", "Selu", "Sigmoid", "Sign", "Sin",
        "Softplus", "Softsign", "Sqrt", "Tanh", "ThresholdedRelu",
    ];

    private static readonly HashSet<string> Broadcasting =
    [
        "Add", "And", "Div", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max", "Mean", "Min", "Mod", "Mul", "Or", "PRelu", "Pow", "Sub", "Sum",
        "Where", "Xor",
    ];

    /// <exception cref="NotSupportedException">The node needs more of the picture than a neighbourhood.</exception>
    public static TileRule Of(NodeProto node, TilingGraph graph)
    {
        SpatialValue[] spatial = [.. node.Input.Select(graph.Find).OfType<SpatialValue>()];
        if (!Protos.IsStandard(node.Domain)) throw Refuse(node, "is not one of ONNX's own operators");
        if (Broadcasting.Contains(node.OpType)) return Broadcast(node, graph, spatial);
        if (node.OpType == "Concat") return Concat(node, graph, spatial);
        // All others work on their first input, and have settings in the others.
        if (spatial.Length != 1 || graph.Find(node.Input[0]) is not { } x) throw Refuse(node, "computes its settings from the picture");
        if (Elementwise.Contains(node.OpType)) return TileRule.Like(x);
        return node.OpType switch
        {
            "Conv" => Convolution(node, graph, x),
            "MaxPool" or "AveragePool" or "LpPool" => Slide(node, graph, x, node.Integers("kernel_shape") ?? []),
            "ConvTranspose" => Transposed(node, graph, x),
            "Pad" => Pad(node, graph, x),
            "Resize" or "Upsample" => Resize(node, graph, x),
            "DepthToSpace" => Enlarged(x, (int)node.Integer("blocksize", 1)),
            "SpaceToDepth" => Shrunk(x, (int)node.Integer("blocksize", 1)),
            "Transpose" => Transpose(node, x),
            "Softmax" or "LogSoftmax" when Along(node, x, -1) => TileRule.Like(x),
            "Split" when Along(node, x, 0) => TileRule.Like(x),
            "Gather" when Along(node, x, 0) && graph.ShapeOf(node.Output[0]).Length == x.Shape.Length => TileRule.Like(x),
            "Slice" => Slice(node, graph, x),
            _ => throw Refuse(node, "needs the whole picture at once, or is unknown here"),
        };
    }

    private static TileRule Broadcast(NodeProto node, TilingGraph graph, SpatialValue[] spatial)
    {
        SpatialValue first = spatial.MaxBy(value => value.Shape.Length)!;
        foreach (SpatialValue other in spatial)
        {
            bool same = FromEnd(other).SequenceEqual(FromEnd(first)) && other.Scales.SequenceEqual(first.Scales)
                && Lengths(other).SequenceEqual(Lengths(first));
            if (!same) throw Refuse(node, "joins values of different sizes");
        }

        foreach (string name in node.Input.Where(name => name.Length > 0 && graph.Find(name) is null))
        {
            long[] shape = graph.ShapeOf(name);
            if (FromEnd(first).Any(axis => axis <= shape.Length && shape[^axis] != 1))
                throw Refuse(node, $"has with '{name}' a number for every position");
        }

        return TileRule.Like(first);
    }

    private static TileRule Concat(NodeProto node, TilingGraph graph, SpatialValue[] spatial)
    {
        SpatialValue first = spatial[0];
        bool alike = spatial.Length == node.Input.Count && spatial.All(value => value.Axes.SequenceEqual(first.Axes)
            && value.Scales.SequenceEqual(first.Scales) && Lengths(value).SequenceEqual(Lengths(first)));
        if (!alike || !Along(node, first, 0)) throw Refuse(node, "does not join channels of one size");
        return TileRule.Like(first);
    }

    private static TileRule Convolution(NodeProto node, TilingGraph graph, SpatialValue x) =>
        Slide(node, graph, x, node.Integers("kernel_shape") ?? [.. graph.ShapeOf(node.Input[1]).Skip(2)]);

    private static TileRule Slide(NodeProto node, TilingGraph graph, SpatialValue x, long[] kernel)
    {
        RequirePlanes(node, x);
        long[] output = graph.ShapeOf(node.Output[0]);
        long[] strides = node.Integers("strides") ?? [1, 1], dilations = node.Integers("dilations") ?? [1, 1];
        string auto = node.Text("auto_pad", "NOTSET");
        var windows = new Windows[2];
        for (int axis = 0; axis < 2; axis++)
        {
            int reach = (int)((kernel[axis] - 1) * dilations[axis] + 1), stride = (int)strides[axis];
            int total = (int)Math.Max(0, (output[axis + 2] - 1) * stride + reach - x.Shape[axis + 2]);
            int begin = auto switch
            {
                "SAME_UPPER" => total / 2,
                "SAME_LOWER" => total - total / 2,
                "VALID" => 0,
                _ => (int)(node.Integers("pads")?[axis] ?? 0),
            };
            windows[axis] = new(reach, stride, begin);
        }

        return new(x.Axes, [x.Scales[0].Over(strides[0]), x.Scales[1].Over(strides[1])],
            (axis, margin) => windows[axis].Slide(margin, (int)x.Shape[axis + 2], (int)output[axis + 2]));
    }

    private static TileRule Transposed(NodeProto node, TilingGraph graph, SpatialValue x)
    {
        RequirePlanes(node, x);
        if (node.Integers("output_shape") is not null) throw Refuse(node, "has an output of fixed size");
        long[] output = graph.ShapeOf(node.Output[0]);
        long[] kernel = node.Integers("kernel_shape") ?? [.. graph.ShapeOf(node.Input[1]).Skip(2)];
        long[] strides = node.Integers("strides") ?? [1, 1], dilations = node.Integers("dilations") ?? [1, 1];
        bool same = node.Text("auto_pad", "NOTSET").StartsWith("SAME", StringComparison.Ordinal);
        var (least, most) = (new Windows[2], new Windows[2]);
        for (int axis = 0; axis < 2; axis++)
        {
            int reach = (int)((kernel[axis] - 1) * dilations[axis] + 1), stride = (int)strides[axis];
            int begin = (int)(node.Integers("pads")?[axis] ?? 0);
            // Runtimes have not always agreed on where an odd element of such padding goes: both count.
            int total = (int)Math.Max(0, stride * (x.Shape[axis + 2] - 1) + reach - output[axis + 2]);
            least[axis] = new(reach, stride, same ? total / 2 : begin);
            most[axis] = new(reach, stride, same ? total - total / 2 : begin);
        }

        return new(x.Axes, [x.Scales[0].Times(strides[0]), x.Scales[1].Times(strides[1])], (axis, margin) =>
        {
            (int length, int outputs) = ((int)x.Shape[axis + 2], (int)output[axis + 2]);
            return least[axis].Scatter(margin, length, outputs).Or(most[axis].Scatter(margin, length, outputs));
        });
    }

    private static TileRule Pad(NodeProto node, TilingGraph graph, SpatialValue x)
    {
        long[] output = graph.ShapeOf(node.Output[0]);
        long[]? pads = node.Integers("pads") ?? (node.Input.Count > 1 ? graph.Integers(node.Input[1]) : null);
        if (pads is null || node.Input.Count > 3)
        {
            // Computed from the picture's size: filling up to a multiple, which is nothing where the size is one.
            if (!output.SequenceEqual(x.Shape)) throw Refuse(node, "pads by a computed length");
            return TileRule.Like(x);
        }

        if (node.Text("mode", "constant") == "wrap") throw Refuse(node, "pads with the opposite border");
        int rank = x.Shape.Length;
        return new(x.Axes, x.Scales, (axis, margin) => margin.Plus((int)pads[x.Axes[axis]], (int)pads[rank + x.Axes[axis]]));
    }

    private static TileRule Resize(NodeProto node, TilingGraph graph, SpatialValue x)
    {
        long[] output = graph.ShapeOf(node.Output[0]);
        if (output.Length != x.Shape.Length) throw Refuse(node, "changes the number of axes");
        var factors = new int[2];
        for (int axis = 0; axis < 2; axis++)
        {
            (long length, long enlarged) = (x.Shape[x.Axes[axis]], output[x.Axes[axis]]);
            if (enlarged % length != 0) throw Refuse(node, "resizes by a factor that is not whole");
            factors[axis] = (int)(enlarged / length);
        }

        string coordinates = node.Text("coordinate_transformation_mode", "half_pixel");
        if (coordinates is "align_corners" or "tf_crop_and_resize") throw Refuse(node, $"has coordinates ({coordinates}) that depend on the picture's size");
        int neighbours = node.Text("mode", "nearest") switch
        {
            "nearest" => coordinates == "asymmetric" && node.Text("nearest_mode", "round_prefer_floor") == "floor" ? 0 : 1,
            "linear" => 1,
            _ => 2,
        };
        if (node.OpType == "Upsample" && neighbours == 1 && node.Text("mode", "nearest") == "nearest") neighbours = 0;
        return new(x.Axes, [x.Scales[0].Times(factors[0]), x.Scales[1].Times(factors[1])],
            (axis, margin) => margin.Plus(neighbours, neighbours).Times(factors[axis]));
    }

    private static TileRule Enlarged(SpatialValue x, int factor) =>
        new(x.Axes, [x.Scales[0].Times(factor), x.Scales[1].Times(factor)], (_, margin) => margin.Times(factor));

    private static TileRule Shrunk(SpatialValue x, int divisor) =>
        new(x.Axes, [x.Scales[0].Over(divisor), x.Scales[1].Over(divisor)],
            (_, margin) => new((margin.Before + divisor - 1) / divisor, (margin.After + divisor - 1) / divisor));

    private static TileRule Transpose(NodeProto node, SpatialValue x)
    {
        long[] order = node.Integers("perm") ?? [.. Enumerable.Range(0, x.Shape.Length).Reverse().Select(axis => (long)axis)];
        return TileRule.Like(x) with { Axes = [.. x.Axes.Select(axis => Array.IndexOf(order, axis))] };
    }

    // Whether the node works along an axis that is neither height nor width.
    private static bool Along(NodeProto node, SpatialValue x, long otherwise)
    {
        long axis = node.Integer("axis", otherwise);
        return !x.Axes.Contains((int)(axis < 0 ? axis + x.Shape.Length : axis));
    }

    private static TileRule Slice(NodeProto node, TilingGraph graph, SpatialValue x)
    {
        long[] output = graph.ShapeOf(node.Output[0]);
        long[]? starts = Setting(1, "starts"), ends = Setting(2, "ends"), steps = Setting(4, "steps");
        long[]? axes = Setting(3, "axes") ?? (starts is null ? null : [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)]);
        var cut = new (int Before, int After)[2];
        for (int axis = 0; axis < 2; axis++)
        {
            int place = axes is null ? -1 : Array.FindIndex(axes, at => (at < 0 ? at + x.Shape.Length : at) == x.Axes[axis]);
            if (axes is not null && place < 0) continue;
            (long before, long after) = (starts?[place] ?? 0, ends is null ? 0 : ends[place] < 0 ? -ends[place] : 0);
            // An end that is counted from the beginning is another place in every tile, but one that is computed from the size.
            bool follows = before >= 0 && (ends is null || ends[place] < 0 || ends[place] >= int.MaxValue) && (steps is null ? node.Input.Count < 5 : steps[place] == 1);
            if (!follows || output[x.Axes[axis]] != x.Shape[x.Axes[axis]] - before - after) throw Refuse(node, "cuts off a part of the picture that depends on its size");
            cut[axis] = ((int)before, (int)after);
        }

        return new(x.Axes, x.Scales, (axis, margin) => margin.Plus(-cut[axis].Before, -cut[axis].After));

        long[]? Setting(int input, string attribute) => node.Integers(attribute) ?? (node.Input.Count > input ? graph.Integers(node.Input[input]) : null);
    }

    private static void RequirePlanes(NodeProto node, SpatialValue x)
    {
        if (!x.IsPlanes) throw Refuse(node, "is not of the form [batch, channels, height, width]");
    }

    private static IEnumerable<int> FromEnd(SpatialValue value) => value.Axes.Select(axis => value.Shape.Length - axis);

    private static IEnumerable<long> Lengths(SpatialValue value) => value.Axes.Select(axis => value.Shape[axis]);

    private static NotSupportedException Refuse(NodeProto node, string why) => new(
        $"The network cannot be run in tiles: '{(node.Name.Length > 0 ? node.Name : node.Output[0])}' ({node.OpType}) {why}. " +
        "Run it on the whole picture, or export a network whose layers look at neighbourhoods (convolutions, pooling, resizing by whole factors, " +
        "element by element) and at the whole picture only through instance normalisation.");
}

/// <summary>How one node works on a tile.</summary>
/// <param name="Axes">Which axes of its outputs are height and width.</param>
/// <param name="Scales">Its outputs' lengths as shares of the picture's.</param>
/// <param name="Spread">The margin of its outputs for a margin of its inputs, along height (0) or width (1).</param>
internal sealed record TileRule(int[] Axes, Ratio[] Scales, Func<int, Margin, Margin> Spread)
{
    public static TileRule Like(SpatialValue input) => new(input.Axes, input.Scales, (_, margin) => margin);
}

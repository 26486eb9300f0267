namespace MLNetGen.Export;

/// <summary>Normalisation over batches, instances, layers and groups.</summary>
internal static class NormalizationOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("batch_norm native_batch_norm _native_batch_norm_legit instance_norm", Channels),
        ("layer_norm native_layer_norm", Layer),
        ("rms_norm", RootMeanSquare),
        ("group_norm", c => Group(c, c.Whole(1), 2, c.Number(4))),
        // Batch, channels and places stand before the groups.
        ("native_group_norm", c => Group(c, c.Whole(6), 1, c.Number(7))),
    ];

    private static OnnxValue Ones(OperationCall c, int value, float otherwise) => c.OptionalTensor(value)?.X ?? Filled(c, otherwise, c.Input.Shape[1]);

    private static OnnxValue Filled(OperationCall c, float value, params long[] shape) =>
        c.Graph.Constant([.. Enumerable.Repeat(value, (int)shape.Aggregate(1L, (a, b) => a * b))], shape);

    private static OnnxValue Channels(OperationCall c)
    {
        if (!c.Flag(5)) return c.Node("BatchNormalization", [c.X, Ones(c, 1, 1), Ones(c, 2, 0), Ones(c, 3, 0), Ones(c, 4, 1)], ("epsilon", c.Number(7)));
        if (c[3] is not null) throw c.Refuse("is in training mode, and changes its running statistics: call eval() and leave train() out of forward");
        if (c.Name == "instance_norm") return c.Node("InstanceNormalization", [c.X, Ones(c, 1, 1), Ones(c, 2, 0)], ("epsilon", c.Number(7)));
        // Without running statistics the layer takes the batch's, in evaluation as in training.
        return Affine(c, Standardize(c.X, [.. Enumerable.Range(0, c.Input.Rank).Where(axis => axis != 1).Select(axis => (long)axis)], c.Number(7)), c.OptionalTensor(1), c.OptionalTensor(2));
    }

    private static OnnxValue Layer(OperationCall c)
    {
        double epsilon = c.Number(4);
        long[] shape = c.Wholes(1);
        TracedValue? weight = c.OptionalTensor(2), bias = c.OptionalTensor(3);
        if (c.Graph.Opset >= 17)
            return c.Node("LayerNormalization", [c.X, weight?.X ?? Filled(c, 1, shape), bias?.X], ("axis", -shape.Length), ("epsilon", epsilon));
        OnnxValue y = Standardize(c.X, Last(shape.Length), epsilon);
        if (weight is not null) y *= weight.X;
        return bias is null ? y : y + bias.X;
    }

    // x / √(mean(x²) + ε) · weight; without an ε it is the least that float32 tells from 1.
    private static OnnxValue RootMeanSquare(OperationCall c)
    {
        OnnxValue y = c.X / (c.X.Square().ReduceMean(Last(c.Wholes(1).Length)) + (c[3] is null ? float.BitIncrement(1) - 1 : c.Number(3))).Sqrt();
        return c.OptionalTensor(2) is { } weight ? y * weight.X : y;
    }

    // A group is an instance of one channel that holds all of the group's numbers.
    private static OnnxValue Group(OperationCall c, long groups, int weight, double epsilon)
    {
        OnnxValue grouped = c.Node("InstanceNormalization", [c.X.Reshape(0, groups, -1), Filled(c, 1, groups), Filled(c, 0, groups)], ("epsilon", epsilon));
        return Affine(c, grouped.Node("Reshape", c.X.Shape()), c.OptionalTensor(weight), c.OptionalTensor(weight + 1));
    }

    /// <summary>Krizhevsky et al. 2012, section 3.3: x / (k + alpha · mean of squares over neighbouring channels)^beta.</summary>
    public static OnnxValue LocalResponse(OperationCall c, long size, double alpha, double beta, double k)
    {
        if (size % 2 == 1 && c.Input.Rank == 4) return c.X.Node("LRN", ("size", size), ("alpha", alpha), ("beta", beta), ("bias", k));
        // ONNX's own operator puts an even window's odd neighbour on the other side, and ONNX Runtime's takes pictures only.
        OnnxValue squares = c.X.Square().Reshape(0, 1, c.Input.Shape[1], -1);
        OnnxValue means = squares.Node("AveragePool", ("kernel_shape", (long[])[size, 1]), ("pads", (long[])[size / 2, 0, (size - 1) / 2, 0]), ("count_include_pad", 1));
        return c.X / (means * alpha + k).Node("Pow", c.As(beta, "Float")).Node("Reshape", c.X.Shape());
    }

    private static OnnxValue Affine(OperationCall c, OnnxValue y, TracedValue? weight, TracedValue? bias)
    {
        long[] perChannel = [c.Input.Shape[1], .. Enumerable.Repeat(1L, c.Input.Rank - 2)];
        if (weight is not null) y *= weight.X.Reshape(perChannel);
        return bias is null ? y : y + bias.X.Reshape(perChannel);
    }

    private static OnnxValue Standardize(OnnxValue x, long[] axes, double epsilon)
    {
        OnnxValue centred = x - x.ReduceMean(axes);
        return centred / (centred.Square().ReduceMean(axes) + epsilon).Sqrt();
    }

    private static long[] Last(int count) => [.. Enumerable.Range(1, count).Select(i => (long)-i)];
}

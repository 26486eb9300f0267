namespace MLNetGen.Export;

/// <summary>Normalisation over batches, instances, layers and groups.</summary>
internal static class NormalizationOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("batch_norm", Batch),
        ("instance_norm", Instance),
        ("layer_norm", Layer),
        ("group_norm", Group),
    ];

    private static OnnxValue Ones(OperationCall c, object? value, float otherwise) => value is TracedValue given ? given.X
        : c.Graph.Constant([.. Enumerable.Repeat(otherwise, (int)c.Input.Shape[1])], [c.Input.Shape[1]]);

    private static OnnxValue Batch(OperationCall c)
    {
        // Without running statistics the layer takes the batch's, in evaluation as in training.
        if (c.Flag(5))
            throw c.Refuse("takes the batch's statistics: call eval() and leave train() out of forward, or give the layer running statistics");
        return c.Node("BatchNormalization", [c.X, Ones(c, c[1], 1), Ones(c, c[2], 0), Ones(c, c[3], 0), Ones(c, c[4], 1)], ("epsilon", c.Number(7)));
    }

    private static OnnxValue Instance(OperationCall c)
    {
        if (!c.Flag(5)) return c.Node("BatchNormalization", [c.X, Ones(c, c[1], 1), Ones(c, c[2], 0), Ones(c, c[3], 0), Ones(c, c[4], 1)], ("epsilon", c.Number(7)));
        return c.Node("InstanceNormalization", [c.X, Ones(c, c[1], 1), Ones(c, c[2], 0)], ("epsilon", c.Number(7)));
    }

    private static OnnxValue Layer(OperationCall c)
    {
        int axes = c.Wholes(1).Length;
        TracedValue? weight = c.OptionalTensor(2), bias = c.OptionalTensor(3);
        if (weight is not null && c.Graph.Opset >= 17)
            return c.Node("LayerNormalization", [c.X, weight.X, bias?.X], ("axis", -axes), ("epsilon", c.Number(4)));
        long[] last = [.. Enumerable.Range(1, axes).Select(i => (long)-i)];
        OnnxValue centred = c.X - c.X.ReduceMean(last), y = centred / (centred.Square().ReduceMean(last) + c.Number(4)).Sqrt();
        if (weight is not null) y *= weight.X;
        return bias is null ? y : y + bias.X;
    }

    private static OnnxValue Group(OperationCall c)
    {
        long groups = c.Whole(1);
        OnnxValue Many(float value) => c.Graph.Constant([.. Enumerable.Repeat(value, (int)groups)], [groups]);
        OnnxValue y = c.Node("InstanceNormalization", [c.X.Reshape(0, groups, -1), Many(1), Many(0)], ("epsilon", c.Number(4)));
        y = c.Reshape(y, OperationCall.Lengths(c.Input));
        long[] perChannel = [c.Input.Shape[1], .. Enumerable.Repeat(1L, c.Input.Rank - 2)];
        if (c.OptionalTensor(2) is { } weight) y *= weight.X.Reshape(perChannel);
        return c.OptionalTensor(3) is { } bias ? y + bias.X.Reshape(perChannel) : y;
    }
}

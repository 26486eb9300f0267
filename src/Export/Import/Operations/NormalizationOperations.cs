using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Import.Operations;

/// <summary>Normalisations.</summary>
internal static class NormalizationOperations
{
    public static ImportedOperation[] All { get; } =
    [
        ImportedOperation.Of("BatchNormalization", BatchNorm),
        ImportedOperation.Of("InstanceNormalization", node =>
        {
            double epsilon = node.Number("epsilon", 1e-5f);
            return c => functional.instance_norm(c[0], weight: c[1], bias: c[2], eps: epsilon);
        }),
        ImportedOperation.Of("LayerNormalization", LayerNorm),
        ImportedOperation.Of("GroupNormalization", GroupNorm),
        ImportedOperation.Of("LRN", LocalResponse),
        ImportedOperation.Of("LpNormalization", node =>
        {
            int axis = checked((int)node.Integer("axis", -1)), power = checked((int)node.Integer("p", 2));
            return c => c[0] / c[0].norm(axis, keepdim: true, power);
        }),
        ImportedOperation.Of("MeanVarianceNormalization", node =>
        {
            long[] axes = node.Integers("axes") ?? [0, 2, 3];
            return c =>
            {
                Tensor centered = c[0] - c[0].mean(axes, keepdim: true);
                return centered / (centered.square().mean(axes, keepdim: true).sqrt() + 1e-9);
            };
        }),
    ];

    // In training mode by the batch's own statistics, of which the running ones follow. ONNX's momentum is the share that stays.
    private static Func<ImportedCall, Tensor> BatchNorm(ImportedNode node)
    {
        node.RequireOutputs(1, "the statistics of a batch");
        if (node.Opset < 9 && node.Integer("spatial", 1) == 0) throw node.Refuse("normalises every place by its own statistics (spatial = 0)");
        double epsilon = node.Number("epsilon", 1e-5f), momentum = 1 - node.Number("momentum", 0.9f);
        return c => functional.batch_norm(c[0], c[3], c[4], c[1], c[2], c.Training, momentum, epsilon);
    }

    private static Func<ImportedCall, Tensor> LayerNorm(ImportedNode node)
    {
        node.RequireOutputs(1, "the statistics of a row");
        long axis = node.Integer("axis", -1);
        double epsilon = node.Number("epsilon", 1e-5f);
        return c =>
        {
            long[] shape = c[0].shape[ImportedCall.Axis(axis, c[0].ndim)..];
            if (c[1].shape.SequenceEqual(shape) && (c.Optional(2) is null || c[2].shape.SequenceEqual(shape))) return functional.layer_norm(c[0], shape, c[1], c.Optional(2), epsilon);
            Tensor scaled = functional.layer_norm(c[0], shape, eps: epsilon) * c[1];
            return c.Optional(2) is { } bias ? scaled + bias : scaled;
        };
    }

    // Before operator set 21 scale and bias were one a group, and not one a channel.
    private static Func<ImportedCall, Tensor> GroupNorm(ImportedNode node)
    {
        long groups = node.Integer("num_groups", 1);
        double epsilon = node.Number("epsilon", 1e-5f);
        Tensor ByChannel(Tensor numbers, Tensor x) => node.Opset >= 21 ? numbers : numbers.repeat_interleave(x.shape[1] / groups);
        return c => functional.group_norm(c[0], groups, ByChannel(c[1], c[0]), ByChannel(c[2], c[0]), epsilon);
    }

    // x / (bias + alpha / size · Σ x²)^beta over the channels around each; of an even number, one more after it than before.
    private static Func<ImportedCall, Tensor> LocalResponse(ImportedNode node)
    {
        int size = checked((int)node.Integer("size", 1));
        double alpha = node.Number("alpha", 1e-4f), beta = node.Number("beta", 0.75f), bias = node.Number("bias", 1);
        return c =>
        {
            Tensor x = c[0];
            long channels = x.shape[1];
            Tensor squares = functional.pad(x.square(), [.. new long[2 * (x.ndim - 2)], (size - 1) / 2, size / 2]);
            Tensor sum = Enumerable.Range(0, size).Select(i => squares.narrow(1, i, channels)).Aggregate((a, b) => a + b);
            return x / (sum * (alpha / size) + bias).pow(beta);
        };
    }
}

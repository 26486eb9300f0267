using TorchSharp.Modules;

namespace MLNetGen.Export.Converters;

internal static class NormalizationConverters
{
    public static Converter[] All { get; } =
    [
        Converter.Layer<BatchNorm1d>(WriteBatchNorm), Converter.Layer<BatchNorm2d>(WriteBatchNorm), Converter.Layer<BatchNorm3d>(WriteBatchNorm),
        Converter.Layer<InstanceNorm1d>((layer, x, call) => WriteInstanceNorm(layer, x, call, 1)),
        Converter.Layer<InstanceNorm2d>((layer, x, call) => WriteInstanceNorm(layer, x, call, 2)),
        Converter.Layer<InstanceNorm3d>((layer, x, call) => WriteInstanceNorm(layer, x, call, 3)),
        Converter.Layer<GroupNorm>(WriteGroupNorm),
        Converter.Layer<LayerNorm>(WriteLayerNorm),
        Converter.Layer<LocalResponseNorm>(WriteLocalResponseNorm),
    ];

    private static OnnxValue WriteBatchNorm(NormBase layer, OnnxValue x, OnnxCall call)
    {
        if (layer.running_mean is not null && layer.running_var is not null) return WithRunningStatistics(layer, x, call);

        // Without running statistics the layer takes the batch's own, in evaluation mode too.
        int rank = call.InputShape().Length;
        long[] axes = [.. Enumerable.Range(0, rank).Where(i => i != 1).Select(i => (long)i)];
        OnnxValue normal = Standardize(x, axes, layer.eps);
        if (!layer.affine) return normal;
        long[] perChannel = [layer.num_features, .. Enumerable.Repeat(1L, rank - 2)];
        return normal * call.Weight(layer.weight).Reshape(perChannel) + call.Weight(layer.bias!).Reshape(perChannel);
    }

    private static OnnxValue WithRunningStatistics(NormBase layer, OnnxValue x, OnnxCall call) => call.Node("BatchNormalization",
        [x, Scale(layer, call), Shift(layer, call), call.Weight(layer.running_mean!), call.Weight(layer.running_var!)], ("epsilon", layer.eps));

    private static OnnxValue WriteInstanceNorm(NormBase layer, OnnxValue input, OnnxCall call, int spatial) => BatchAxis.Ensure(call, input, spatial, x =>
    {
        bool running = layer.track_running_stats && layer.running_mean is not null && layer.running_var is not null;
        return running
            ? WithRunningStatistics(layer, x, call)
            : call.Node("InstanceNormalization", [x, Scale(layer, call), Shift(layer, call)], ("epsilon", layer.eps));
    });

    private static OnnxValue Scale(NormBase layer, OnnxCall call) =>
        layer.affine ? call.Weight(layer.weight) : Filled(call, layer.num_features, 1);

    private static OnnxValue Shift(NormBase layer, OnnxCall call) =>
        layer.affine ? call.Weight(layer.bias!) : Filled(call, layer.num_features, 0);

    // A group is an instance of one channel that holds all of the group's numbers.
    private static OnnxValue WriteGroupNorm(GroupNorm layer, OnnxValue x, OnnxCall call)
    {
        long[] shape = call.InputShape();
        OnnxValue grouped = call.Node("InstanceNormalization",
            [x.Reshape(0, layer.num_groups, -1), Filled(call, layer.num_groups, 1), Filled(call, layer.num_groups, 0)], ("epsilon", layer.eps));
        OnnxValue normal = grouped.Node("Reshape", x.Shape());
        if (!layer.affine) return normal;
        long[] perChannel = [shape[1], .. Enumerable.Repeat(1L, shape.Length - 2)];
        return normal * call.Weight(layer.weight).Reshape(perChannel) + call.Weight(layer.bias!).Reshape(perChannel);
    }

    private static OnnxValue WriteLayerNorm(LayerNorm layer, OnnxValue x, OnnxCall call)
    {
        int count = layer.normalized_shape.Length;
        OnnxValue? weight = layer.elementwise_affine ? call.Weight(layer.weight) : null;
        OnnxValue? bias = layer.bias is null ? null : call.Weight(layer.bias);
        if (call.Opset >= 17)
        {
            weight ??= call.Constant(Ones(layer.normalized_shape.Aggregate(1L, (a, b) => a * b)), layer.normalized_shape);
            return call.Node("LayerNormalization", [x, weight, bias], ("axis", -count), ("epsilon", layer.eps));
        }

        OnnxValue normal = Standardize(x, [.. Enumerable.Range(1, count).Select(i => (long)-i)], layer.eps);
        if (weight is not null) normal *= weight;
        return bias is null ? normal : normal + bias;
    }

    // Krizhevsky et al. 2012, section 3.3: x / (k + alpha · mean of squares over neighbouring channels)^beta.
    private static OnnxValue WriteLocalResponseNorm(LocalResponseNorm layer, OnnxValue x, OnnxCall call)
    {
        if (layer.size % 2 == 1 && call.InputShape().Length == 4)
            return x.Node("LRN", ("size", layer.size), ("alpha", layer.alpha), ("beta", layer.beta), ("bias", layer.k));

        // ONNX's own operator puts an even window's odd neighbour on the other side, and ONNX Runtime's takes pictures only.
        OnnxValue squares = x.Square().Reshape(0, 1, call.InputShape()[1], -1);
        OnnxValue means = call.Node("AveragePool", [squares], ("kernel_shape", (long[])[layer.size, 1]),
            ("pads", (long[])[layer.size / 2, 0, (layer.size - 1) / 2, 0]), ("count_include_pad", 1));
        OnnxValue divisor = (means * layer.alpha + layer.k).Node("Pow", call.Constant(layer.beta));
        return x / divisor.Node("Reshape", x.Shape());
    }

    private static OnnxValue Standardize(OnnxValue x, long[] axes, double epsilon)
    {
        OnnxValue centred = x - x.ReduceMean(axes);
        return centred / (centred.Square().ReduceMean(axes) + epsilon).Sqrt();
    }

    private static OnnxValue Filled(OnnxCall call, long count, float value) =>
        call.Constant([.. Enumerable.Repeat(value, (int)count)], count);

    private static float[] Ones(long count) => [.. Enumerable.Repeat(1f, (int)count)];
}

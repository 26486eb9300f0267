using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export.Converters;

internal static class ActivationConverters
{
    public static Converter[] All { get; } =
    [
        Converter.Operation<ReLU>("relu"),
        Converter.Operation<ReLU6>("relu6"),
        Converter.Operation<LeakyReLU>("leaky_relu", layer => [layer.negative_slope]),
        Converter.Operation<RReLU>("rrelu", layer => [layer.lower, layer.upper, false]),
        Converter.Operation<PReLU>("prelu", layer => [layer.weight]),
        Converter.Operation<ELU>("elu", layer => [layer.alpha, 1.0, 1.0]),
        Converter.Operation<CELU>("celu", layer => [layer.alpha]),
        Converter.Operation<SELU>("selu"),
        Converter.Operation<GELU>("gelu", layer => [layer.approximate == GELU.Approximate.tanh ? "tanh" : "none"]),
        Converter.Operation<SiLU>("silu"),
        Converter.Operation<Mish>("mish"),
        Converter.Operation<Hardswish>("hardswish"),
        Converter.Operation<Hardsigmoid>("hardsigmoid"),
        Converter.Formula<Hardtanh>((layer, x) => Clamps(layer) ? x.Clip(layer.min_val, layer.max_val) : x),
        Converter.Operation<Tanh>("tanh"),
        Converter.Operation<Sigmoid>("sigmoid"),
        Converter.Operation<LogSigmoid>("log_sigmoid"),
        Converter.Operation<Softsign>("softsign"),
        Converter.Operation<Softplus>("softplus", layer => [layer.beta, layer.threshold]),
        Converter.Operation<Threshold>("threshold", layer => [layer.threshold, layer.value]),
        Converter.Operation<Hardshrink>("hardshrink", layer => [layer.lambda]),
        Converter.Operation<Softshrink>("softshrink", layer => [layer.lambda]),
        Converter.Formula<Tanhshrink>((_, x) => x - x.Node("Tanh")),
        Converter.Operation<GLU>("glu", layer => [layer.dim]),
        Converter.Formula<Softmin>((layer, x) => (-x).Node("Softmax", ("axis", layer.dim))),
        Converter.Operation<Softmax2d>("softmax", _ => [-3]),
        Converter.Operation<Softmax>("softmax", layer => [layer.dim]),
        Converter.Operation<LogSoftmax>("log_softmax", layer => [layer.dim]),
    ];

    // TorchSharp 0.107's layer clamps only in place; another version may mend that: what it does to numbers outside of its limits tells.
    private static bool Clamps(Hardtanh layer)
    {
        double[] values = [.. new[] { layer.min_val - 1, layer.max_val + 1 }.Where(value => double.IsFinite((float)value))];
        using Tensor outside = tensor(values, ScalarType.Float32), before = outside.clone(), result = layer.forward(outside);
        return !result.equal(before).all().ToBoolean();
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Export.Converters;

internal static class ActivationConverters
{
    public static Converter[] All { get; } =
    [
        Converter.Formula<ReLU>((_, x) => x.Node("Relu")),
        Converter.Formula<ReLU6>((_, x) => x.Clip(0, 6)),
        Converter.Formula<LeakyReLU>((layer, x) => x.Node("LeakyRelu", ("alpha", layer.negative_slope))),
        Converter.Layer<PReLU>(WritePReLU),
        Converter.Formula<ELU>((layer, x) => x.Node("Elu", ("alpha", layer.alpha))),
        Converter.Formula<CELU>((layer, x) => x.Node("Celu", ("alpha", layer.alpha))),
        Converter.Formula<SELU>((_, x) => x.Node("Selu")),
        Converter.Formula<GELU>(WriteGelu),
        Converter.Formula<SiLU>((_, x) => x * x.Node("Sigmoid")),
        Converter.Formula<Mish>((_, x) => x * x.Node("Softplus").Node("Tanh")),
        Converter.Formula<Hardswish>((_, x) => x * HardSigmoid(x)),
        Converter.Formula<Hardsigmoid>((_, x) => HardSigmoid(x)),
        Converter.Formula<Hardtanh>((layer, x) => Clamps(layer) ? x.Clip(layer.min_val, layer.max_val) : x),
        Converter.Formula<Tanh>((_, x) => x.Node("Tanh")),
        Converter.Formula<Sigmoid>((_, x) => x.Node("Sigmoid")),
        Converter.Formula<LogSigmoid>((_, x) => -(-x).Node("Softplus")),
        Converter.Formula<Softsign>((_, x) => x.Node("Softsign")),
        Converter.Layer<Softplus>(WriteSoftplus),
        Converter.Formula<RReLU>((layer, x) => x.Node("LeakyRelu", ("alpha", (layer.lower + layer.upper) / 2))),
        Converter.Layer<Threshold>((layer, x, call) => call.Node("Where", [x.Node("LessOrEqual", call.Constant(layer.threshold)), call.Constant(layer.value), x])),
        Converter.Formula<Hardshrink>((layer, x) => x.Node("Shrink", ("lambd", layer.lambda), ("bias", 0.0))),
        Converter.Formula<Softshrink>((layer, x) => x.Node("Shrink", ("lambd", layer.lambda), ("bias", layer.lambda))),
        Converter.Formula<Tanhshrink>((_, x) => x - x.Node("Tanh")),
        Converter.Layer<GLU>(WriteGlu),
        Converter.Formula<Softmin>((layer, x) => (-x).Node("Softmax", ("axis", layer.dim))),
        Converter.Formula<Softmax2d>((_, x) => x.Node("Softmax", ("axis", -3))),
        Converter.Formula<Softmax>((layer, x) => x.Node("Softmax", ("axis", layer.dim))),
        Converter.Formula<LogSoftmax>((layer, x) => x.Node("LogSoftmax", ("axis", layer.dim))),
    ];

    // TorchSharp 0.107's layer clamps only in place; another version may mend that: what it does to numbers outside of its limits tells.
    private static bool Clamps(Hardtanh layer)
    {
        double[] values = [.. new[] { layer.min_val - 1, layer.max_val + 1 }.Where(value => double.IsFinite((float)value))];
        using Tensor outside = tensor(values, ScalarType.Float32), before = outside.clone(), result = layer.forward(outside);
        return !result.equal(before).all().ToBoolean();
    }

    private static OnnxValue HardSigmoid(OnnxValue x) => x.Node("HardSigmoid", ("alpha", 1.0 / 6), ("beta", 0.5));

    private static OnnxValue WriteGlu(GLU layer, OnnxValue x, OnnxCall call)
    {
        // Two equal parts, however long; since opset 18 their number must be said.
        OnnxValue[] halves = call.Opset >= 18
            ? call.Nodes("Split", [x], 2, ("axis", layer.dim), ("num_outputs", 2))
            : call.Nodes("Split", [x], 2, ("axis", layer.dim));
        return halves[0] * halves[1].Node("Sigmoid");
    }

    // The slope belongs to axis 1; ONNX aligns shapes at the last axis.
    private static OnnxValue WritePReLU(PReLU layer, OnnxValue x, OnnxCall call)
    {
        OnnxValue slope = call.Weight(layer.weight);
        int rank = call.InputShape().Length;
        if (layer.num_parameters > 1 && rank > 2)
            slope = slope.Reshape([layer.num_parameters, .. Enumerable.Repeat(1L, rank - 2)]);
        return x.Node("PRelu", slope);
    }

    private static OnnxValue WriteGelu(GELU layer, OnnxValue x) => layer.approximate == GELU.Approximate.tanh
        ? 0.5 * x * (1 + (Math.Sqrt(2 / Math.PI) * (x + 0.044715 * (x * x * x))).Node("Tanh"))
        : 0.5 * x * (1 + (x / Math.Sqrt(2)).Node("Erf"));

    private static OnnxValue WriteSoftplus(Softplus layer, OnnxValue x, OnnxCall call)
    {
        OnnxValue scaled = layer.beta == 1 ? x : x * layer.beta;
        OnnxValue soft = layer.beta == 1 ? scaled.Node("Softplus") : scaled.Node("Softplus") / layer.beta;
        // Beyond 17 the curve and the line are the same float32.
        return layer.threshold >= 17 ? soft : call.Node("Where", [scaled.Node("Greater", call.Constant(layer.threshold)), x, soft]);
    }
}

using MLNetGen.Onnx;

namespace MLNetGen.Export;

/// <summary>Activations, softmax and dropout.</summary>
internal static class ActivationOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("relu", c => c.X.Node("Relu")),
        ("relu6", c => c.X.Clip(0, 6)),
        ("tanh", c => c.As(0, "Float").Node("Tanh")),
        ("sigmoid", c => c.As(0, "Float").Node("Sigmoid")),
        ("silu", c => c.X * c.X.Node("Sigmoid")),
        ("mish", c => c.X * c.X.Node("Softplus").Node("Tanh")),
        ("hardsigmoid", c => HardSigmoid(c.X)),
        ("hardswish", c => c.X * HardSigmoid(c.X)),
        ("hardtanh", c => c.X.Clip(c.Number(1), c.Number(2))),
        ("softsign", c => c.X.Node("Softsign")),
        ("selu", c => c.X.Node("Selu")),
        ("celu", c => c.X.Node("Celu", ("alpha", c.Number(1)))),
        ("leaky_relu", c => c.X.Node("LeakyRelu", ("alpha", c.Number(1)))),
        ("rrelu", c => c.Flag(3) ? throw Training(c) : c.X.Node("LeakyRelu", ("alpha", (c.Number(1) + c.Number(2)) / 2))),
        ("elu", Elu),
        ("prelu", PRelu),
        ("gelu", Gelu),
        ("glu", Glu),
        ("softplus", Softplus),
        ("log_sigmoid", c => -(-c.X).Node("Softplus")),
        ("threshold", c => c.Node("Where", [c.X.Node("LessOrEqual", c.As(1, "Float")), c.As(2, "Float"), c.X])),
        ("hardshrink", c => c.X.Node("Shrink", ("lambd", c.Number(1)), ("bias", 0.0))),
        ("softshrink", c => c.X.Node("Shrink", ("lambd", c.Number(1)), ("bias", c.Number(1)))),
        ("softmax _softmax special_softmax", c => c.Node("Softmax", [c.As(0, c.Result.Type)], ("axis", c.Whole(1)))),
        ("log_softmax _log_softmax special_log_softmax", c => c.Node("LogSoftmax", [c.As(0, c.Result.Type)], ("axis", c.Whole(1)))),
        ("dropout feature_dropout alpha_dropout feature_alpha_dropout", c => c.Flag(2) ? throw Training(c) : c.Input),
    ];

    private static NotSupportedException Training(OperationCall c) => c.Refuse("is in training mode, whatever eval() said: leave train() out of forward, and give functional dropout the module's own training");

    private static OnnxValue HardSigmoid(OnnxValue x) => x.Node("HardSigmoid", ("alpha", 1.0 / 6), ("beta", 0.5));

    // alpha · scale · (exp(x · inputScale) − 1) below zero, scale · x above.
    private static OnnxValue Elu(OperationCall c)
    {
        double scale = c.Number(2), inputScale = c.Number(3);
        if (scale == 1 && inputScale == 1) return c.X.Node("Elu", ("alpha", c.Number(1)));
        OnnxValue zero = c.As(0.0, "Float");
        return c.Node("Where", [c.X.Node("Greater", zero), c.X * scale, ((c.X * inputScale).Exp() - 1) * (c.Number(1) * scale)]);
    }

    private static OnnxValue PRelu(OperationCall c)
    {
        TracedValue slope = c.Tensor(1);
        // The slopes belong to axis 1; ONNX aligns shapes at the last axis.
        return c.X.Node("PRelu", slope.Shape.Aggregate(1L, (a, b) => a * b) > 1 && c.Input.Rank > 2
            ? slope.X.Reshape([-1, .. Enumerable.Repeat(1L, c.Input.Rank - 2)]) : slope.X);
    }

    private static OnnxValue Gelu(OperationCall c) => c[1] is "tanh"
        ? 0.5 * c.X * (1 + (Math.Sqrt(2 / Math.PI) * (c.X + 0.044715 * (c.X * c.X * c.X))).Node("Tanh"))
        : 0.5 * c.X * (1 + (c.X / Math.Sqrt(2)).Node("Erf"));

    private static OnnxValue Glu(OperationCall c)
    {
        // Two equal parts, however long; since operator set 18 their number must be said.
        List<(string, OnnxAttributeValue)> attributes = [("axis", c.Axis(1, c.Input.Rank))];
        if (c.Graph.Opset >= 18) attributes.Add(("num_outputs", 2));
        OnnxValue[] halves = c.Graph.Nodes("Split", [c.X], 2, [.. attributes]);
        return halves[0] * halves[1].Node("Sigmoid");
    }

    private static OnnxValue Softplus(OperationCall c)
    {
        double beta = c.Number(1), threshold = c.Number(2);
        OnnxValue scaled = beta == 1 ? c.X : c.X * beta, soft = scaled.Node("Softplus");
        if (beta != 1) soft /= beta;
        // Beyond 17 the curve and the line are the same float32.
        return threshold >= 17 ? soft : c.Node("Where", [scaled.Node("Greater", c.As(threshold, "Float")), c.X, soft]);
    }
}

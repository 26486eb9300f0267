using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Modules = TorchSharp.Modules;

namespace MLNetGen.Export.Import.Operations;

/// <summary>Activations, softmax and dropout.</summary>
internal static class ActivationOperations
{
    private const float SeluAlpha = 1.67326319217681884765625f, SeluGamma = 1.05070102214813232421875f;

    public static ImportedOperation[] All { get; } =
    [
        ImportedOperation.Of("Relu", x => functional.relu(x)),
        ImportedOperation.Of("Sigmoid", x => x.sigmoid()),
        ImportedOperation.Of("Tanh", x => x.tanh()),
        ImportedOperation.Of("Softsign", x => functional.softsign(x)),
        ImportedOperation.Of("Softplus", x => functional.softplus(x)),
        ImportedOperation.Of("Mish", x => functional.mish(x)),
        ImportedOperation.Of("HardSwish", x => functional.hardswish(x)),
        ImportedOperation.Of("LeakyRelu", node => { double alpha = node.Number("alpha", 0.01f); return c => functional.leaky_relu(c[0], alpha); }),
        ImportedOperation.Of("Elu", node => { double alpha = node.Number("alpha", 1); return c => functional.elu(c[0], alpha); }),
        ImportedOperation.Of("Celu", node => { double alpha = node.Number("alpha", 1); return c => functional.celu(c[0], alpha); }),
        ImportedOperation.Of("Selu", Selu),
        ImportedOperation.Of("PRelu", _ => PRelu),
        ImportedOperation.Of("HardSigmoid", HardSigmoid),
        ImportedOperation.Of("ThresholdedRelu", node => { double alpha = node.Number("alpha", 1); return c => functional.threshold(c[0], alpha, 0); }),
        ImportedOperation.Of("Shrink", Shrink),
        ImportedOperation.Of("Gelu", node =>
        {
            bool isTanh = node.Text("approximate", "none") == "tanh";
            return c => functional.gelu(c[0], isTanh ? Modules.GELU.Approximate.tanh : Modules.GELU.Approximate.none);
        }),
        ImportedOperation.Of("Clip", Clip),
        ImportedOperation.Of("Softmax", node => Softmax(node, (x, axis) => functional.softmax(x, axis))),
        ImportedOperation.Of("LogSoftmax", node => Softmax(node, (x, axis) => functional.log_softmax(x, axis))),
        ImportedOperation.Of("Dropout", Dropout),
    ];

    private static Func<ImportedCall, Tensor> Selu(ImportedNode node)
    {
        double alpha = node.Number("alpha", SeluAlpha), gamma = node.Number("gamma", SeluGamma);
        return alpha == SeluAlpha && gamma == SeluGamma ? c => functional.selu(c[0]) : c => functional.elu(c[0], alpha) * gamma;
    }

    // One slope, or one a channel, is PyTorch's own; ONNX takes any that are broadcast.
    private static Tensor PRelu(ImportedCall c)
    {
        Tensor x = c[0], slope = c[1];
        bool byChannel = slope.ndim == x.ndim - 1 && slope.shape[0] == x.shape[1] && slope.numel() == slope.shape[0];
        return slope.numel() == 1 || byChannel ? functional.prelu(x, slope.reshape(-1)) : where(x < 0, x * slope, x);
    }

    private static Func<ImportedCall, Tensor> HardSigmoid(ImportedNode node)
    {
        double alpha = node.Number("alpha", 0.2f), beta = node.Number("beta", 0.5f);
        return (float)alpha == 1f / 6 && beta == 0.5 ? c => functional.hardsigmoid(c[0]) : c => (c[0] * alpha + beta).clamp(0, 1);
    }

    private static Func<ImportedCall, Tensor> Shrink(ImportedNode node)
    {
        double limit = node.Number("lambd", 0.5f), bias = node.Number("bias", 0);
        return c => where(c[0] < -limit, c[0] + bias, where(c[0] > limit, c[0] - bias, zeros_like(c[0])));
    }

    // The limits were attributes before operator set 11.
    private static Func<ImportedCall, Tensor> Clip(ImportedNode node)
    {
        if (node.Opset >= 11) return c => Limit(c[0], c.Number(1), c.Number(2));
        double? low = node.Has("min") ? node.Number("min", 0) : null, high = node.Has("max") ? node.Number("max", 0) : null;
        return c => Limit(c[0], low, high);
    }

    private static Tensor Limit(Tensor x, double? low, double? high) => low is null && high is null ? x.alias() : x.clamp(low is { } l ? l : null, high is { } h ? h : null);

    // Before operator set 13 all axes from the given one on are one.
    private static Func<ImportedCall, Tensor> Softmax(ImportedNode node, Func<Tensor, long, Tensor> run)
    {
        if (node.Opset >= 13)
        {
            long axis = node.Integer("axis", -1);
            return c => run(c[0], axis);
        }

        long first = node.Integer("axis", 1);
        return c =>
        {
            Tensor x = c[0];
            int start = ImportedCall.Axis(first, x.ndim);
            return start == x.ndim - 1 ? run(x, start) : run(x.flatten(start), start).reshape(x.shape);
        };
    }

    // The ratio was an attribute before operator set 12.
    private static Func<ImportedCall, Tensor> Dropout(ImportedNode node)
    {
        node.RequireOutputs(1, "its mask");
        double ratio = node.Number("ratio", 0.5f);
        bool isInput = node.Opset >= 12;
        return c => !c.Training ? c[0] : functional.dropout(c[0], isInput ? c.Number(1) ?? 0.5 : ratio, training: true);
    }
}

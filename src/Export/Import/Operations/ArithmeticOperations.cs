using static TorchSharp.torch;

namespace MLNetGen.Export.Import.Operations;

/// <summary>Element by element.</summary>
internal static class ArithmeticOperations
{
    public static ImportedOperation[] All { get; } =
    [
        ImportedOperation.Of("Neg", x => x.neg()), ImportedOperation.Of("Abs", x => x.abs()), ImportedOperation.Of("Sign", x => x.sign()),
        ImportedOperation.Of("Sqrt", x => x.sqrt()), ImportedOperation.Of("Reciprocal", x => x.reciprocal()),
        ImportedOperation.Of("Exp", x => x.exp()), ImportedOperation.Of("Log", x => x.log()), ImportedOperation.Of("Erf", x => x.erf()),
        ImportedOperation.Of("Floor", x => x.floor()), ImportedOperation.Of("Ceil", x => x.ceil()), ImportedOperation.Of("Round", x => x.round()),
        ImportedOperation.Of("Sin", x => x.sin()), ImportedOperation.Of("Cos", x => x.cos()), ImportedOperation.Of("Tan", x => x.tan()),
        ImportedOperation.Of("Asin", x => x.asin()), ImportedOperation.Of("Acos", x => x.acos()), ImportedOperation.Of("Atan", x => x.atan()),
        ImportedOperation.Of("Sinh", x => x.sinh()), ImportedOperation.Of("Cosh", x => x.cosh()),
        ImportedOperation.Of("Asinh", x => x.asinh()), ImportedOperation.Of("Acosh", x => x.acosh()), ImportedOperation.Of("Atanh", x => x.atanh()),
        ImportedOperation.Of("IsNaN", x => x.isnan()), ImportedOperation.Of("IsInf", IsInf), ImportedOperation.Of("Not", x => x.logical_not()),

        Pair("Add", (a, b) => a + b), Pair("Sub", (a, b) => a - b), Pair("Mul", (a, b) => a * b), Pair("Div", Divide), Pair("Pow", (a, b) => a.pow(b).to_type(a.dtype)),
        Pair("And", (a, b) => a.logical_and(b)), Pair("Or", (a, b) => a.logical_or(b)), Pair("Xor", (a, b) => a.logical_xor(b)),
        Pair("Equal", (a, b) => a.eq(b)), Pair("Less", (a, b) => a.lt(b)), Pair("LessOrEqual", (a, b) => a.le(b)),
        Pair("Greater", (a, b) => a.gt(b)), Pair("GreaterOrEqual", (a, b) => a.ge(b)),
        ImportedOperation.Of("Mod", node => node.Integer("fmod", 0) != 0 ? c => c.With(0).fmod(c.With(1)) : c => c.With(0).remainder(c.With(1))),

        ImportedOperation.Of("Min", _ => c => c.All.Aggregate(minimum)), ImportedOperation.Of("Max", _ => c => c.All.Aggregate(maximum)),
        ImportedOperation.Of("Sum", _ => c => c.All.Aggregate((a, b) => a + b)), ImportedOperation.Of("Mean", _ => c => c.All.Aggregate((a, b) => a + b) / c.Count),
        ImportedOperation.Of("Where", _ => c => where(c.With(0), c.With(1), c.With(2))),
    ];

    private static ImportedOperation Pair(string name, Func<Tensor, Tensor, Tensor> run) => ImportedOperation.Of(name, _ => c => run(c.With(0), c.With(1)));

    // Whole numbers stay whole: rounded towards zero.
    private static Tensor Divide(Tensor a, Tensor b) => a.is_floating_point() ? a / b : a.div(b, RoundingMode.trunc);

    private static Func<ImportedCall, Tensor> IsInf(ImportedNode node)
    {
        bool negative = node.Integer("detect_negative", 1) != 0, positive = node.Integer("detect_positive", 1) != 0;
        return c => (negative, positive) switch
        {
            (true, true) => c[0].isinf(),
            (true, false) => c[0].isneginf(),
            (false, true) => c[0].isposinf(),
            _ => zeros_like(c[0], ScalarType.Bool),
        };
    }
}

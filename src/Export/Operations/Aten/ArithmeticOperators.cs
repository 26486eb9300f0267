using MLNetGen.Onnx;

namespace MLNetGen.Export;

/// <summary>Element by element: numbers and truth values.</summary>
internal static class ArithmeticOperators
{
    /// <summary>Those that ONNX Runtime lacks for numbers of 8 and 16 bits.</summary>
    public static readonly HashSet<string> OfWideNumbers =
        [.. "add sub subtract rsub mul multiply div divide floor_divide remainder maximum minimum clamp clip clamp_min clamp_max neg abs sign".Split(' ')];

    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("add", c => Left(c) + Scaled(c)),
        ("sub subtract", c => Left(c) - Scaled(c)),
        ("rsub", c => c.As(1, c.Result.Type) - (c.Count > 2 && c.Number(2) != 1 ? Left(c).Node("Mul", c.As(2, c.Result.Type)) : Left(c))),
        ("mul multiply", c => c.Result.Type == "Bool" ? c.As(0, "Bool").Node("And", c.As(1, "Bool")) : Left(c) * c.As(1, c.Result.Type)),
        ("div divide true_divide", Divide),
        ("floor_divide", c => FloorDivide(c)),
        ("remainder", Remainder),
        ("fmod", c => c.Node("Mod", [Left(c), c.As(1, c.Result.Type)], ("fmod", 1))),
        ("pow", c => Left(c).Node("Pow", c.As(1, c.Result.Type))),
        ("maximum", c => c.Result.Type == "Bool" ? Left(c).Node("Or", c.As(1, "Bool")) : Left(c).Node("Max", c.As(1, c.Result.Type))),
        ("minimum", c => c.Result.Type == "Bool" ? Left(c).Node("And", c.As(1, "Bool")) : Left(c).Node("Min", c.As(1, c.Result.Type))),
        ("addcmul", c => c.X + (c.As(1, c.Result.Type) * c.As(2, c.Result.Type)).Node("Mul", c.As(3, c.Result.Type))),
        ("addcdiv", c => c.X + (c.As(1, c.Result.Type) / c.As(2, c.Result.Type)).Node("Mul", c.As(3, c.Result.Type))),
        ("lerp", c => c.X + (c.Tensor(1).X - c.X) * c.As(2, "Float")),
        ("clamp clip", c => Clamp(c, c[1], c[2])),
        ("clamp_min", c => Clamp(c, c[1], null)),
        ("clamp_max", c => Clamp(c, null, c[1])),
        ("exp log sqrt abs sign sin cos tan erf floor ceil round reciprocal atan asin acos sinh cosh asinh acosh atanh neg", Function),
        ("rsqrt", c => Left(c).Sqrt().Node("Reciprocal")),
        ("square", c => c.X.Square()),
        ("log1p", c => LogOnePlus(c, Left(c))),
        // (tanh ½x) (eˣ + 1): exact near 0, where eˣ − 1 is not.
        ("expm1", c => (Left(c) * 0.5).Node("Tanh") * (Left(c).Exp() + 1)),
        ("exp2", c => (Left(c) * Math.Log(2)).Exp()),
        ("log2", c => Left(c).Log() / Math.Log(2)),
        ("log10", c => Left(c).Log() / Math.Log(10)),
        ("trunc fix", c => c.Result.IsFloating ? Left(c).Node("Sign") * Left(c).Node("Abs").Node("Floor") : c.X),
        ("frac", c => c.X - c.X.Node("Sign") * c.X.Node("Abs").Node("Floor")),
        ("atan2 arctan2", Atan2),
        ("hypot", Hypot),
        ("sinc special_sinc", c => c.Node("Where", [c.X.Node("Equal", c.As(0.0, "Float")), c.As(1.0, "Float"), (c.X * Math.PI).Node("Sin") / (c.X * Math.PI)])),
        ("bucketize", c => Places(c, c.As(0, c.Common(0, 1)), c.As(1, c.Common(0, 1)), c.Flag(3))),
        ("searchsorted", SearchSorted),
        ("isfinite", c => c.As(0, "Float").Node("Abs").Node("Less", c.As(double.PositiveInfinity, "Float"))),
        ("logaddexp", c => LogOfSum(c, Left(c), c.As(1, c.Result.Type))),
        ("isnan", c => c.As(0, "Float").Node("IsNaN")),
        ("isinf", c => c.As(0, "Float").Node("IsInf")),
        ("nan_to_num", NanToNum),
        ("gt greater", c => Compare(c, "Greater")),
        ("lt less", c => Compare(c, "Less")),
        ("ge greater_equal", c => Compare(c, "GreaterOrEqual")),
        ("le less_equal", c => Compare(c, "LessOrEqual")),
        ("eq", c => Compare(c, "Equal")),
        ("ne not_equal", c => Truth(c, c.As(0, c.Common(0, 1)).Node("Equal", c.As(1, c.Common(0, 1))).Node("Not"))),
        ("logical_and bitwise_and __and__", c => Logical(c, "And")),
        ("logical_or bitwise_or __or__", c => Logical(c, "Or")),
        ("logical_xor bitwise_xor __xor__", c => Logical(c, "Xor")),
        ("logical_not bitwise_not", c => c.Name.StartsWith("bitwise", StringComparison.Ordinal) && c.Input.Type != "Bool" ? throw c.Refuse("works on bits of numbers") : c.As(0, "Bool").Node("Not")),
        ("where", Where),
        ("masked_fill", c => c.Choose(c.As(1, "Bool"), c.As(2, c.Result.Type), Left(c))),
        ("to _to_copy type_as", c => c.Result.Type is "BFloat16" or "Half" && c.Input.Type != c.Result.Type
            ? throw c.Refuse($"rounds to {(c.Result.Type == "Half" ? "float16" : "bfloat16")}, which the file's float32 would not: export the module in float32") : c.As(0, c.Result.Type)),
        ("contiguous clone alias detach lift_fresh lift positive requires_grad", c => c.Input),
    ];

    private static OnnxValue Left(OperationCall c) => c.As(0, c.Result.Type);

    // The second operand of a sum, times alpha.
    private static OnnxValue Scaled(OperationCall c)
    {
        if (c.Result.Type == "Bool") throw c.Refuse("adds truth values, which ONNX does not: make one of them a number");
        OnnxValue other = c.As(1, c.Result.Type);
        return c.Count > 2 && c.Number(2) != 1 ? other.Node("Mul", c.As(2, c.Result.Type)) : other;
    }

    private static OnnxValue Divide(OperationCall c)
    {
        string? mode = c[2] as string;
        if (mode is null) return Left(c) / c.As(1, c.Result.Type);
        if (mode == "floor") return FloorDivide(c);
        // Whole numbers are divided towards zero by ONNX itself.
        OnnxValue quotient = Left(c) / c.As(1, c.Result.Type);
        return c.Result.IsFloating ? quotient.Node("Sign") * quotient.Node("Abs").Node("Floor") : quotient;
    }

    private static OnnxValue FloorDivide(OperationCall c)
    {
        // By the rest, which has the divisor's sign: whole numbers would be divided towards zero, and floats rounded before they are cut off.
        OnnxValue whole = (Left(c) - Remainder(c)) / c.As(1, c.Result.Type);
        return c.Result.IsFloating ? whole.Node("Round") : whole;
    }

    private static OnnxValue Remainder(OperationCall c)
    {
        OnnxValue a = Left(c), b = c.As(1, c.Result.Type);
        if (!c.Result.IsFloating) return a.Node("Mod", b);
        OnnxValue rest = c.Node("Mod", [a, b], ("fmod", 1)), zero = c.As(0.0, "Float");
        OnnxValue isOther = rest.Node("Less", zero).Node("Xor", b.Node("Less", zero)).Node("And", rest.Node("Equal", zero).Node("Not"));
        return c.Node("Where", [isOther, rest + b, rest]);
    }

    private static OnnxValue Clamp(OperationCall c, object? least, object? most)
    {
        OnnxValue x = Left(c);
        if (c.Result.IsFloating && least is null or double or long && most is null or double or long)
            return x.Clip(least is null ? null : least as double? ?? c.Whole(least), most is null ? null : most as double? ?? c.Whole(most));
        if (least is not null) x = x.Node("Max", c.As(least, c.Result.Type));
        return most is null ? x : x.Node("Min", c.As(most, c.Result.Type));
    }

    private static OnnxValue Function(OperationCall c)
    {
        string name = char.ToUpperInvariant(c.Name[0]) + c.Name[1..];
        if (c.Count > 1 && c.Whole(1) != 0) throw c.Refuse("rounds to decimal places: multiply, round and divide");
        return !c.Result.IsFloating && c.Name is "floor" or "ceil" or "round" ? c.X : Left(c).Node(name);
    }

    /// <summary>log(eᵃ + eᵇ): the greater one, and what the other one adds.</summary>
    public static OnnxValue LogOfSum(OperationCall c, OnnxValue a, OnnxValue b) =>
        c.Node("Where", [a.Node("Equal", b), a + Math.Log(2), a.Node("Max", b) + LogOnePlus(c, (-(a - b).Node("Abs")).Exp())]);

    // Of 0 and -0 the signs tell on which side of the cut a point lies: 1 / -0 is less than 0.
    private static OnnxValue Atan2(OperationCall c)
    {
        OnnxValue y = Left(c), x = c.As(1, "Float"), zero = c.As(0.0, "Float");
        OnnxValue IsNegative(OnnxValue value) => value.Node("Less", zero).Node("Or", value.Node("Reciprocal").Node("Less", zero));
        OnnxValue side = c.Node("Where", [IsNegative(y), c.As(-1.0, "Float"), c.As(1.0, "Float")]);
        OnnxValue ahead = c.Node("Where", [y.Node("Equal", zero), zero, (y / x).Node("Atan")]);
        OnnxValue angle = c.Node("Where", [IsNegative(x), c.Node("Where", [y.Node("Equal", zero), side * Math.PI, ahead + side * Math.PI]), ahead]);
        return c.Node("Where", [x.Node("Equal", zero).Node("And", y.Node("Equal", zero).Node("Not")), side * (Math.PI / 2), angle]);
    }

    // The greater of the two times √(1 + ratio²), so that squares do not overflow.
    private static OnnxValue Hypot(OperationCall c)
    {
        OnnxValue a = Left(c).Node("Abs"), b = c.As(1, "Float").Node("Abs"), most = a.Node("Max", b), zero = c.As(0.0, "Float");
        return c.Node("Where", [most.Node("Equal", zero).Node("Or", most.Node("IsInf")), most, most * ((a.Node("Min", b) / most).Square() + 1).Sqrt()]);
    }

    // How many boundaries are less than a value, or no greater.
    private static OnnxValue Places(OperationCall c, OnnxValue values, OnnxValue boundaries, bool right) =>
        boundaries.Node(right ? "LessOrEqual" : "Less", c.Unsqueeze(values, -1)).Cast(OnnxElementType.Int64).ReduceSum([-1], keepDimensions: false).Cast(c.ElementOf(c.Result.Type));

    private static OnnxValue SearchSorted(OperationCall c)
    {
        if (c.Count > 5 && c[5] is not null) throw c.Refuse("takes an order (sorter): sort first");
        OnnxValue boundaries = c.As(0, c.Common(0, 1));
        return Places(c, c.As(1, c.Common(0, 1)), c.Input.Rank == 1 ? boundaries : c.Unsqueeze(boundaries, -2), c.Flag(3) || c[4] is "right");
    }

    private static OnnxValue NanToNum(OperationCall c)
    {
        OnnxValue x = c.Node("Where", [c.X.Node("IsNaN"), c.As(c[1] ?? 0.0, "Float"), c.X]);
        x = c.Node("Where", [x.Node("Equal", c.As(double.PositiveInfinity, "Float")), c.As(c[2] ?? (double)float.MaxValue, "Float"), x]);
        return c.Node("Where", [x.Node("Equal", c.As(double.NegativeInfinity, "Float")), c.As(c[3] ?? (double)float.MinValue, "Float"), x]);
    }

    private static OnnxValue Compare(OperationCall c, string operation)
    {
        string type = c.Common(0, 1);
        return Truth(c, c.As(0, type).Node(operation, c.As(1, type)));
    }

    // gt_ and its like leave a tensor its type.
    private static OnnxValue Truth(OperationCall c, OnnxValue x) => c.Result.Type == "Bool" ? x : x.Cast(c.ElementOf(c.Result.Type));

    private static OnnxValue Logical(OperationCall c, string operation)
    {
        if (!c.Name.StartsWith("logical", StringComparison.Ordinal) && c.Result.Type != "Bool") throw c.Refuse("works on bits of numbers");
        return Truth(c, c.As(0, "Bool").Node(operation, c.As(1, "Bool")));
    }

    private static OnnxValue Where(OperationCall c)
    {
        if (c.Count == 1) throw c.Refuse("gives as many places as there are, whose number depends on the input's values");
        return c.Choose(c.As(0, "Bool"), c.As(1, c.Result.Type), c.As(2, c.Result.Type));
    }

    // log(1 + x) · x / ((1 + x) − 1): what 1 + x rounds off is in both.
    private static OnnxValue LogOnePlus(OperationCall c, OnnxValue x)
    {
        OnnxValue sum = x + 1, one = c.As(1.0, "Float"), isOne = sum.Node("Equal", one);
        OnnxValue exact = sum.Log() * (x / c.Node("Where", [isOne, one, sum - 1]));
        return c.Node("Where", [isOne.Node("Or", sum.Node("IsInf")), c.Node("Where", [isOne, x, sum]), exact]);
    }
}

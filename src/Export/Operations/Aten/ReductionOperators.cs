using MLNetGen.Onnx;

namespace MLNetGen.Export;

/// <summary>Sums, means, extremes and orders along axes.</summary>
internal static class ReductionOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        // sum(x, type), sum(x, axes, keepdim, type).
        ("sum mean", c => Along(c, c.Name == "sum" ? "ReduceSum" : "ReduceMean", c.As(0, c.Result.Type), c.Axes(c.Count > 2 ? 1 : c.Count), c.Count > 2 && c.Flag(2))),
        // prod(x, type), prod(x, axis, keepdim, type).
        ("prod", c => c.Count > 2 ? Along(c, "ReduceProd", c.As(0, c.Result.Type), [c.Whole(1)], c.Flag(2)) : Along(c, "ReduceProd", c.As(0, c.Result.Type), c.Axes(c.Count), keep: false)),
        ("amax amin", c => Along(c, c.Name == "amax" ? "ReduceMax" : "ReduceMin", c.X, c.Axes(1), c.Flag(2))),
        ("max min", Extreme),
        ("argmax argmin", c => c.Node(c.Name == "argmax" ? "ArgMax" : "ArgMin", [c[1] is null ? c.X.Reshape(-1) : c.X], ("axis", c[1] is null ? 0 : c.Whole(1)), ("keepdims", c[1] is not null && c.Flag(2) ? 1 : 0))),
        ("var std var_mean std_mean", Spread),
        ("linalg_norm linalg_matrix_norm frobenius_norm", MatrixNorm),
        ("median", Median),
        ("kthvalue", c => Ranked(c, c.X, c.Axis(2, c.Input.Rank), c.Vector(c[1]), c.Flag(3))),
        ("cumprod", c => Scan(c, 1, (a, b) => a * b)),
        ("cummax", c => Scan(c, double.NegativeInfinity, (a, b) => a.Node("Max", b))),
        ("cummin", c => Scan(c, double.PositiveInfinity, (a, b) => a.Node("Min", b))),
        ("logcumsumexp", c => Scan(c, double.NegativeInfinity, (a, b) => ArithmeticOperators.LogOfSum(c, a, b))),
        ("norm linalg_vector_norm", Norm),
        ("logsumexp", c => Along(c, "ReduceLogSumExp", c.As(0, "Float"), c.Axes(1), c.Flag(2))),
        ("cumsum", c => c.As(0, c.Result.Type).Node("CumSum", c.As((long)c.Axis(1, c.Input.Rank), "Long"))),
        ("topk", c => c.Graph.Nodes("TopK", [c.X, c.Vector(c[1])], 2, ("axis", c.Whole(2)), ("largest", c.Flag(3) ? 1 : 0), ("sorted", c.Flag(4) ? 1 : 0))),
        ("sort", Sort),
        ("argsort", c => Sort(c)[1]),
        ("any all", c => Along(c, c.Name == "any" ? "ReduceMax" : "ReduceMin", c.As(0, "Bool").Cast(OnnxElementType.Int32), c.Axes(c.Count > 1 ? 1 : c.Count), c.Flag(2)).Cast(c.ElementOf(c.Result.Type))),
    ];

    private static OnnxValue Along(OperationCall c, string operation, OnnxValue x, long[] axes, bool keep) => operation switch
    {
        "ReduceMax" or "ReduceMin" when c.Input.Type == "Bool" && x == c.X => Along(c, operation, x.Cast(OnnxElementType.Int32), axes, keep).Cast(OnnxElementType.Bool),
        "ReduceSum" => x.ReduceSum(axes, keep),
        "ReduceMean" => x.ReduceMean(axes, keep),
        "ReduceMax" => x.ReduceMax(axes, keep),
        _ when c.Graph.Opset >= 18 => c.Node(operation, [x, c.Graph.Constant(axes)], ("keepdims", keep ? 1 : 0)),
        _ => c.Node(operation, [x], ("axes", axes), ("keepdims", keep ? 1 : 0)),
    };

    private static object Extreme(OperationCall c)
    {
        bool most = c.Name == "max";
        string reduce = most ? "ReduceMax" : "ReduceMin";
        if (c.Count == 1) return Along(c, reduce, c.X, c.Axes(1), keep: false);
        if (c[1] is TracedValue) return c.As(0, c.Result.Type).Node(most ? "Max" : "Min", c.As(1, c.Result.Type));
        long axis = c.Whole(1);
        return (OnnxValue[])[Along(c, reduce, c.X, [axis], c.Flag(2)), c.Node(most ? "ArgMax" : "ArgMin", [c.X], ("axis", axis), ("keepdims", c.Flag(2) ? 1 : 0))];
    }

    // var(x, unbiased), var(x, axes, unbiased, keepdim), var(x, axes, correction, keepdim).
    private static object Spread(OperationCall c)
    {
        bool hasAxes = c.Count > 2, keep = hasAxes && c.Flag(3);
        long[] axes = c.Axes(hasAxes ? 1 : c.Count);
        object? given = c[hasAxes ? 2 : 1];
        double correction = given is null or true ? 1 : given is false ? 0 : c.Number(hasAxes ? 2 : 1);
        OnnxValue squares = (c.X - c.X.ReduceMean(axes)).Square(), variance;
        if (correction == 0)
        {
            variance = squares.ReduceMean(axes, keep);
        }
        else
        {
            // Divided by their number less the correction.
            OnnxValue count = c.Concat(0, [.. axes.Select(axis => c.Vector(OperationCall.Lengths(c.Input)[axis]))]).Cast(OnnxElementType.Float);
            variance = squares.ReduceSum(axes, keep) / (c.Squeeze(Along(c, "ReduceProd", count, [0], keep: true), 0) - correction);
        }

        OnnxValue spread = c.Name.StartsWith("std", StringComparison.Ordinal) ? variance.Sqrt() : variance;
        return c.Name.EndsWith("_mean", StringComparison.Ordinal) ? (OnnxValue[])[spread, c.X.ReduceMean(axes, keep)] : spread;
    }

    // linalg_norm(x, order, axes, keepdim, type) and linalg_matrix_norm, frobenius_norm(x, axes, keepdim).
    private static OnnxValue MatrixNorm(OperationCall c)
    {
        bool frobenius = c.Name == "frobenius_norm" || c[1] is null or "fro";
        int at = c.Name == "frobenius_norm" ? 1 : 2;
        long[] axes = c.Axes(c[at] is null ? c.Count : at);
        if (!frobenius && axes.Length != 1) throw c.Refuse("is a norm of matrices other than Frobenius', which takes singular values or sums of rows: write it with abs, sum and amax");
        return Norm(c, c.As(0, "Float"), frobenius ? 2 : c.Number(1), axes, c.Flag(at + 1));
    }

    // Of an even number the lower of the two in the middle.
    private static OnnxValue Median(OperationCall c)
    {
        OnnxValue one = c.Graph.Constant([1]), two = c.Graph.Constant([2]);
        OnnxValue Middle(OnnxValue length) => (length + one) / two;
        if (c.Count > 1) return Ranked(c, c.X, c.Axis(1, c.Input.Rank), Middle(c.Vector(OperationCall.Lengths(c.Input)[c.Axis(1, c.Input.Rank)])), c.Flag(2));
        OnnxValue row = c.X.Reshape(-1);
        return c.Squeeze(Ranked(c, row, 0, Middle(row.Shape()), keep: true), 0);
    }

    // The k-th least. Which place it stands in, where several are equal, libtorch leaves open: it is not given.
    private static OnnxValue Ranked(OperationCall c, OnnxValue x, int axis, OnnxValue k, bool keep)
    {
        OnnxValue value = c.Graph.Nodes("TopK", [x, k], 2, ("axis", axis), ("largest", 0), ("sorted", 1))[0].Slice(axis, -1);
        return keep ? value : c.Squeeze(value, axis);
    }

    // After n steps every element has taken in the 2ⁿ before it (Hillis and Steele 1986).
    private static OnnxValue Scan(OperationCall c, double neutral, Func<OnnxValue, OnnxValue, OnnxValue> combine)
    {
        int axis = c.Axis(1, c.Input.Rank);
        if (c.Input.Varies[axis]) throw c.Refuse("runs along an axis of any length: give that axis a fixed one");
        if (!c.Result.IsFloating) throw c.Refuse("runs over whole numbers: make them floats");
        OnnxValue x = c.As(0, "Float");
        for (long step = 1; step < c.Input.Shape[axis]; step *= 2)
        {
            long[] before = new long[c.Input.Rank];
            before[axis] = step;
            x = combine(x, c.Node("Pad", [x.Slice(axis, 0, -step), c.Graph.Constant([.. before, .. new long[c.Input.Rank]]), c.As(neutral, "Float")]));
        }

        return x;
    }

    private static OnnxValue Norm(OperationCall c)
    {
        long[] axes = c.Count > 2 && c[2] is object?[] { Length: > 0 } ? c.Axes(2) : c.Axes(c.Count);
        return Norm(c, c.As(0, "Float"), c[1] is null ? 2 : c.Number(1), axes, c.Count > 3 && c.Flag(3));
    }

    /// <summary>(Σ|x|ᵖ)^(1/p) over some axes.</summary>
    public static OnnxValue Norm(OperationCall c, OnnxValue x, double p, long[] axes, bool keep)
    {
        if (p == 2) return x.Square().ReduceSum(axes, keep).Sqrt();
        x = x.Node("Abs");
        return p switch
        {
            1 => x.ReduceSum(axes, keep),
            double.PositiveInfinity => x.ReduceMax(axes, keep),
            double.NegativeInfinity => Along(c, "ReduceMin", x, axes, keep),
            0 => x.Node("Sign").ReduceSum(axes, keep),
            > 0 => x.Node("Pow", c.As(p, "Float")).ReduceSum(axes, keep).Node("Pow", c.As(1 / p, "Float")),
            _ => throw c.Refuse($"is of norm {p}, and only those from 0 have a form"),
        };
    }

    private static OnnxValue[] Sort(OperationCall c)
    {
        // sort(x, axis, descending), sort(x, stable, axis, descending).
        int places = c.Count - 2;
        int axis = c.Axis(places, c.Input.Rank);
        OnnxValue length = c.Vector(OperationCall.Lengths(c.Input)[axis]);
        return c.Graph.Nodes("TopK", [c.X, length], 2, ("axis", axis), ("largest", c.Flag(places + 1) ? 1 : 0), ("sorted", 1));
    }
}

namespace MLNetGen.Export;

/// <summary>Matrix products, and what is made of them.</summary>
internal static class MatrixOperators
{
    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("linear", Linear),
        ("matmul mm bmm mv dot", c => c.As(0, c.Result.Type).Node("MatMul", c.As(1, c.Result.Type))),
        ("addmm addmv", AddMatrix),
        ("baddbmm", c => Times(c, c.Tensor(1).X.Node("MatMul", c.Tensor(2).X), 4) + Times(c, c.X, 3)),
        ("outer ger", c => c.X.Reshape(-1, 1) * c.Tensor(1).X.Reshape(1, -1)),
        ("einsum", c => c.Node("Einsum", [.. c.Tensors(1).Select(value => value.X)], ("equation", (string)c[0]!))),
        ("bilinear", c => c.Node("Einsum", [c.X, c.Tensor(2).X, c.Tensor(1).X], ("equation", "...i,kij,...j->...k")) is var product && c.OptionalTensor(3) is { } bias ? product + bias.X : product),
        ("cdist _cdist_forward", Distance),
        ("cosine_similarity", Cosine),
    ];

    private static OnnxValue Linear(OperationCall c)
    {
        TracedValue weight = c.Tensor(1);
        TracedValue? bias = c.OptionalTensor(2);
        if (c.Input.Rank == 2) return c.Node("Gemm", bias is null ? [c.X, weight.X] : [c.X, weight.X, bias.X], ("transB", 1));
        OnnxValue product = c.X.Node("MatMul", weight.X.Transpose(1, 0));
        return bias is null ? product : product + bias.X;
    }

    private static OnnxValue AddMatrix(OperationCall c)
    {
        TracedValue one = c.Tensor(1), other = c.Tensor(2);
        bool plain = c.Number(3) == 1 && c.Number(4) == 1;
        if (plain && other.TransposeOf is { } weight && one.Rank == 2) return c.Node("Gemm", [one.X, weight.X, c.X], ("transB", 1));
        return Times(c, one.X.Node("MatMul", other.X), 4) + Times(c, c.X, 3);
    }

    private static OnnxValue Times(OperationCall c, OnnxValue x, int factor) => c.Number(factor) == 1 ? x : x * c.Number(factor);

    private static OnnxValue Distance(OperationCall c)
    {
        OnnxValue difference = c.Unsqueeze(c.X, -2) - c.Unsqueeze(c.Tensor(1).X, -3);
        double p = c.Number(2);
        if (p <= 0) throw c.Refuse($"is of order {p}, which no sum of powers gives");
        if (p == 2) return difference.Square().ReduceSum([-1], keepDimensions: false).Sqrt();
        if (p == 1) return difference.Node("Abs").ReduceSum([-1], keepDimensions: false);
        if (double.IsPositiveInfinity(p)) return difference.Node("Abs").ReduceMax([-1], keepDimensions: false);
        return difference.Node("Abs").Node("Pow", c.As(p, "Float")).ReduceSum([-1], keepDimensions: false).Node("Pow", c.As(1 / p, "Float"));
    }

    private static OnnxValue Cosine(OperationCall c)
    {
        long[] axis = [c.Axis(2, c.Result.Rank + 1)];
        OnnxValue a = c.X, b = c.Tensor(1).X;
        double eps = c.Number(3);
        OnnxValue Norm(OnnxValue x) => x.Square().ReduceSum(axis).Sqrt().Clip(eps);
        return (a / Norm(a) * (b / Norm(b))).ReduceSum(axis, keepDimensions: false);
    }
}

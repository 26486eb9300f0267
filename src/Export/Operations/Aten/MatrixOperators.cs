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
        ("bilinear", Bilinear),
        ("cdist _cdist_forward", Distance),
        ("cosine_similarity", Cosine),
        ("pairwise_distance", PairDistance),
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

    // y_k = x1ᵀ·W_k·x2 + b_k: all W_k side by side are one matrix, and what it gives is one row of k for x2.
    private static OnnxValue Bilinear(OperationCall c)
    {
        TracedValue weight = c.Tensor(2);
        OnnxValue matrix = weight.X.Transpose(1, 0, 2).Reshape(weight.Shape[1], weight.Shape[0] * weight.Shape[2]);
        OnnxValue rows = c.X.Node("MatMul", matrix).Reshape([.. new long[c.Input.Rank - 1], weight.Shape[0], weight.Shape[2]]);
        OnnxValue product = c.Squeeze(rows.Node("MatMul", c.Unsqueeze(c.Tensor(1).X, -1)), -1);
        return c.OptionalTensor(3) is { } bias ? product + bias.X : product;
    }

    private static OnnxValue Distance(OperationCall c) =>
        ReductionOperators.Norm(c, c.Unsqueeze(c.X, -2) - c.Unsqueeze(c.Tensor(1).X, -3), c.Number(2), [-1], keep: false);

    private static OnnxValue PairDistance(OperationCall c)
    {
        RequireEqualRanks(c);
        return ReductionOperators.Norm(c, c.X - c.Tensor(1).X + c.Number(3), c.Number(2), [-1], c.Flag(4));
    }

    private static void RequireEqualRanks(OperationCall c)
    {
        if (c.Input.Rank != c.Tensor(1).Rank)
            throw c.Refuse($"was called on [{string.Join(", ", c.Input.Shape)}] and [{string.Join(", ", c.Tensor(1).Shape)}]; its ONNX form takes inputs with equally many axes");
    }

    // Each norm is eps at least.
    private static OnnxValue Cosine(OperationCall c)
    {
        RequireEqualRanks(c);
        long[] axis = [c.Whole(2)];
        OnnxValue a = c.X, b = c.Tensor(1).X;
        OnnxValue Length(OnnxValue x) => x.Square().ReduceSum(axis, keepDimensions: false).Sqrt().Clip(c.Number(3));
        return (a * b).ReduceSum(axis, keepDimensions: false) / (Length(a) * Length(b));
    }
}

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
        ("tensordot", TensorDot),
        ("inner", c => c.Input.Rank == 0 || c.Tensor(1).Rank == 0 ? c.X * c.Tensor(1).X : Contract(c, [c.Input.Rank - 1], [c.Tensor(1).Rank - 1])),
        ("kron", Kronecker),
        ("cross linalg_cross", Cross),
        ("multi_dot linalg_multi_dot chain_matmul", c => c.Tensors(0).Select(value => value.X).Aggregate((a, b) => a.Node("MatMul", b))),
        ("det linalg_det", c => c.X.Node("Det")),
        ("addbmm", c => Times(c, c.Tensor(1).X.Node("MatMul", c.Tensor(2).X).ReduceSum([0], keepDimensions: false), 4) + Times(c, c.X, 3)),
        ("addr", c => Times(c, c.Tensor(1).X.Reshape(-1, 1) * c.Tensor(2).X.Reshape(1, -1), 4) + Times(c, c.X, 3)),
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

    private static OnnxValue TensorDot(OperationCall c) =>
        Contract(c, [.. c.Wholes(2).Select(axis => OperationCall.Axis(axis, c.Input.Rank))], [.. c.Wholes(3).Select(axis => OperationCall.Axis(axis, c.Tensor(1).Rank))]);

    // Summed over pairs of axes; the others stand side by side.
    private static OnnxValue Contract(OperationCall c, int[] ofOne, int[] ofOther)
    {
        char[] one = [.. Enumerable.Range(0, c.Input.Rank).Select(axis => (char)('a' + axis))], other = [.. Enumerable.Range(0, c.Tensor(1).Rank).Select(axis => (char)('A' + axis))];
        for (int i = 0; i < ofOne.Length; i++) other[ofOther[i]] = one[ofOne[i]];
        string rest = string.Concat(one.Where((_, axis) => !ofOne.Contains(axis))) + string.Concat(other.Where((_, axis) => !ofOther.Contains(axis)));
        return c.Node("Einsum", [c.As(0, c.Result.Type), c.As(1, c.Result.Type)], ("equation", $"{new string(one)},{new string(other)}->{rest}"));
    }

    private static OnnxValue Kronecker(OperationCall c)
    {
        TracedValue one = c.Input, other = c.Tensor(1);
        if (one.Rank != other.Rank) throw c.Refuse("takes tensors with as many axes each: add axes of length 1");
        OnnxValue product = c.Unsqueeze(one.X, [.. Enumerable.Range(0, one.Rank).Select(axis => 2L * axis + 1)]) * c.Unsqueeze(other.X, [.. Enumerable.Range(0, one.Rank).Select(axis => 2L * axis)]);
        object[] a = OperationCall.Lengths(one), b = OperationCall.Lengths(other);
        return product.Node("Reshape", c.Concat(0, [.. a.Zip(b, (left, right) => c.Vector(left) * c.Vector(right))]));
    }

    private static OnnxValue Cross(OperationCall c)
    {
        int axis = c[2] is null ? throw c.Refuse("takes the first axis that has length 3: name the axis") : c.Axis(2, c.Result.Rank);
        OnnxValue Turned(TracedValue value, params long[] order) => c.Node("Gather", [value.X, c.Graph.Constant(order)], ("axis", axis - c.Result.Rank + value.Rank));
        return Turned(c.Input, 1, 2, 0) * Turned(c.Tensor(1), 2, 0, 1) - Turned(c.Input, 2, 0, 1) * Turned(c.Tensor(1), 1, 2, 0);
    }

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

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Import.Operations;

/// <summary>Matrix products.</summary>
internal static class MatrixOperations
{
    public static ImportedOperation[] All { get; } =
    [
        ImportedOperation.Of("Gemm", Gemm),
        ImportedOperation.Of("MatMul", _ => c => Product(c[0], c[1])),
        ImportedOperation.Of("Einsum", node =>
        {
            string equation = node.Text("equation", "");
            return c => einsum(equation, c.All);
        }),
    ];

    // TorchSharp's matmul ends the process where the two do not fit.
    private static Tensor Product(Tensor a, Tensor b)
    {
        bool fits = a.ndim > 0 && b.ndim > 0 && a.dtype == b.dtype && a.device_type == b.device_type && a.shape[^1] == b.shape[b.ndim == 1 ? 0 : ^2]
            && a.shape.SkipLast(2).Reverse().Zip(b.shape.SkipLast(2).Reverse()).All(pair => pair.First == pair.Second || pair.First == 1 || pair.Second == 1);
        return fits ? a.matmul(b) : throw new ArgumentException($"{a.dtype} [{string.Join(", ", a.shape)}] and {b.dtype} [{string.Join(", ", b.shape)}] have no product");
    }

    // alpha · A · B + beta · C
    private static Func<ImportedCall, Tensor> Gemm(ImportedNode node)
    {
        double alpha = node.Number("alpha", 1), beta = node.Number("beta", 1);
        bool left = node.Integer("transA", 0) != 0, right = node.Integer("transB", 0) != 0;
        return c =>
        {
            Tensor? bias = c.Optional(2);
            if (!left && right && alpha == 1 && beta == 1 && bias is null or { ndim: 1 } && c[0].ndim == 2 && (bias is null || bias.shape[0] == c[1].shape[0]))
                return functional.linear(c[0], c[1], bias);
            Tensor product = (left ? c[0].t() : c[0]).mm(right ? c[1].t() : c[1]);
            if (alpha != 1) product *= alpha;
            return bias is null ? product : product + (beta == 1 ? bias : bias * beta);
        };
    }
}

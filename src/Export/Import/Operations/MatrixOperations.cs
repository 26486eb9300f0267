using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Import.Operations;

/// <summary>Matrix products.</summary>
internal static class MatrixOperations
{
    public static ImportedOperation[] All { get; } =
    [
        ImportedOperation.Of("Gemm", Gemm),
        ImportedOperation.Of("MatMul", _ => c => c[0].matmul(c[1])),
        ImportedOperation.Of("Einsum", node =>
        {
            string equation = node.Text("equation", "");
            return c => einsum(equation, c.All);
        }),
    ];

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
            Tensor product = (left ? c[0].t() : c[0]).matmul(right ? c[1].t() : c[1]);
            if (alpha != 1) product *= alpha;
            return bias is null ? product : product + (beta == 1 ? bias : bias * beta);
        };
    }
}

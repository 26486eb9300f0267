using static TorchSharp.torch;

namespace MLNetGen.Export.Import.Operations;

/// <summary>Over axes.</summary>
internal static class ReductionOperations
{
    public static ImportedOperation[] All { get; } =
    [
        Reduction("ReduceSum", (x, axes, keep) => x.sum(axes, keep), axesAreInputSince: 13),
        Reduction("ReduceMean", (x, axes, keep) => x.mean(axes, keep)),
        Reduction("ReduceMax", (x, axes, keep) => x.amax(axes, keep)),
        Reduction("ReduceMin", (x, axes, keep) => x.amin(axes, keep)),
        Reduction("ReduceProd", Product),
        Reduction("ReduceL1", (x, axes, keep) => x.abs().sum(axes, keep)),
        Reduction("ReduceL2", (x, axes, keep) => x.square().sum(axes, keep).sqrt()),
        Reduction("ReduceSumSquare", (x, axes, keep) => x.square().sum(axes, keep)),
        Reduction("ReduceLogSum", (x, axes, keep) => x.sum(axes, keep).log()),
        Reduction("ReduceLogSumExp", LogSumExp),
        ImportedOperation.Of("ArgMax", node => Place(node, (x, axis, keep) => x.argmax(axis, keep))),
        ImportedOperation.Of("ArgMin", node => Place(node, (x, axis, keep) => x.argmin(axis, keep))),
    ];

    // The axes became an input in operator set 13 for ReduceSum, in 18 for the others.
    private static ImportedOperation Reduction(string name, Func<Tensor, long[], bool, Tensor> run, int axesAreInputSince = 18) => ImportedOperation.Of(name, node =>
    {
        bool keep = node.Integer("keepdims", 1) != 0, isNothing = node.Integer("noop_with_empty_axes", 0) != 0;
        long[]? stored = node.Integers("axes");
        return c =>
        {
            long[] axes = (node.Opset >= axesAreInputSince ? c.OptionalIntegers(1) : stored) ?? [];
            if (axes.Length == 0 && isNothing) return c[0];
            return run(c[0], axes.Length > 0 ? axes : ImportedCall.Axes(c[0].ndim), keep);
        };
    });

    // PyTorch's takes one axis at a time.
    private static Tensor Product(Tensor x, long[] axes, bool keep) =>
        axes.Select(axis => ImportedCall.Axis(axis, x.ndim)).OrderDescending().Aggregate(x, (rest, axis) => rest.prod(axis, keep, x.dtype));

    // Less the greatest, which exp would not bear.
    private static Tensor LogSumExp(Tensor x, long[] axes, bool keep)
    {
        Tensor greatest = x.amax(axes, keepdim: true).detach();
        Tensor sum = (x - greatest).exp().sum(axes, keepdim: true).log() + greatest;
        return keep ? sum : sum.sum(axes);
    }

    private static Func<ImportedCall, Tensor> Place(ImportedNode node, Func<Tensor, long, bool, Tensor> run)
    {
        if (node.Integer("select_last_index", 0) != 0) throw node.Refuse("takes the last of equal elements (select_last_index)");
        long axis = node.Integer("axis", 0);
        bool keep = node.Integer("keepdims", 1) != 0;
        return c => run(c[0], axis, keep);
    }
}

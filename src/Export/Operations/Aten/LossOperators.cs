namespace MLNetGen.Export;

/// <summary>Losses, as part of what forward gives.</summary>
internal static class LossOperators
{
    private static readonly string[] Reductions = ["none", "mean", "sum"];

    public static (string, Func<OperationCall, object>)[] All { get; } =
    [
        ("cross_entropy_loss", CrossEntropy),
        ("nll_loss nll_loss_nd nll_loss2d", c => OfClasses(c, "NegativeLogLikelihoodLoss")),
        ("mse_loss", c => Reduced(c, (c.X - Target(c)).Square(), 2)),
        ("l1_loss", c => Reduced(c, Distance(c), 2)),
        ("smooth_l1_loss", c => Reduced(c, c.Number(3) == 0 ? Distance(c) : Rounded(c) / c.Number(3), 2)),
        ("huber_loss", c => Reduced(c, Rounded(c), 2)),
        ("binary_cross_entropy", c => Reduced(c, Weighted(c, -(Target(c) * c.X.Log().Clip(-100) + (1 - Target(c)) * (1 - c.X).Log().Clip(-100))), 3)),
        ("binary_cross_entropy_with_logits", c => Reduced(c, Weighted(c, (1 - Target(c)) * c.X + PositiveWeight(c) * (-c.X).Node("Softplus")), 4)),
        ("kl_div", c => Reduced(c, c.Flag(3) ? Target(c).Exp() * (Target(c) - c.X)
            : c.Node("Where", [Target(c).Node("Greater", c.As(0.0, "Float")), Target(c) * (Target(c).Log() - c.X), c.As(0.0, "Float")]), 2)),
    ];

    private static OnnxValue Target(OperationCall c) => c.As(1, "Float");

    private static OnnxValue Distance(OperationCall c) => (c.X - Target(c)).Node("Abs");

    // ½d² up to δ, and δ(|d| − ½δ) beyond: with m = min(|d|, δ) both are m(|d| − ½m).
    private static OnnxValue Rounded(OperationCall c)
    {
        OnnxValue distance = Distance(c), least = distance.Node("Min", c.As(3, "Float"));
        return least * (distance - least * 0.5);
    }

    private static OnnxValue Weighted(OperationCall c, OnnxValue loss) => c.OptionalTensor(2) is { } weight ? loss * weight.X : loss;

    // What multiplies log(1 + e⁻ˣ): 1 + (p − 1)t, where positive ones count p times.
    private static OnnxValue PositiveWeight(OperationCall c) => c.OptionalTensor(3) is { } weight ? (weight.X - 1) * Target(c) + 1 : c.As(1.0, "Float");

    private static OnnxValue Reduced(OperationCall c, OnnxValue loss, int reduction, int? rank = null)
    {
        long[] axes = [.. Enumerable.Range(0, rank ?? Math.Max(c.Input.Rank, c.Tensor(1).Rank)).Select(axis => (long)axis)];
        return c.Whole(reduction) switch { 1 => loss.ReduceMean(axes, keepDimensions: false), 2 => loss.ReduceSum(axes, keepDimensions: false), _ => loss };
    }

    // cross_entropy_loss(x, target, weight, reduction, ignore_index, label_smoothing).
    private static OnnxValue CrossEntropy(OperationCall c)
    {
        if (c.Number(5) != 0) throw c.Refuse("smooths labels: write it with log_softmax");
        if (c.Input.Rank < 2) throw c.Refuse("takes one sample without a batch: unsqueeze(0)");
        if (!c.Tensor(1).IsFloating) return OfClasses(c, "SoftmaxCrossEntropyLoss");
        if (c[2] is not null) throw c.Refuse("weighs probabilities of classes: write it with log_softmax");
        return Reduced(c, -(c.Node("LogSoftmax", [c.X], ("axis", 1)) * Target(c)).ReduceSum([1], keepDimensions: false), 3, c.Input.Rank - 1);
    }

    private static OnnxValue OfClasses(OperationCall c, string operation) => c.Input.Rank < 2 ? throw c.Refuse("takes one sample without a batch: unsqueeze(0)")
        : c.Node(operation, [c.X, c.As(1, "Long"), c.OptionalTensor(2)?.X], ("ignore_index", c.Whole(4)), ("reduction", Reductions[c.Whole(3)]));
}

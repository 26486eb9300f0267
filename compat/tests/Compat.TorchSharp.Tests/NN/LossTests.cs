using static TorchSharp.torch.nn;

namespace Compat.TorchSharpTests.NN;

/// <summary>Losses against PyTorch 1.13: x is sin(0..11) as 3×4, t is sin(5..16), p and q are their sigmoids.</summary>
public class LossTests
{
    public static TheoryData<string, Reduction, float[]> Expected => new()
    {
        { "mse", Reduction.None, [0.9195358f, 1.256386f, 0.06366075f, 0.7195081f, 1.366376f, 0.1721446f, 0.5192279f, 1.424584f, 0.3239786f, 0.3346494f, 1.426374f, 0.5070678f] },
        { "mse", Reduction.Mean, [0.7527912f] },
        { "mse", Reduction.Sum, [9.033494f] },
        { "l1", Reduction.None, [0.9589243f, 1.120886f, 0.2523108f, 0.8482382f, 1.168921f, 0.4149032f, 0.7205747f, 1.19356f, 0.5691912f, 0.5784889f, 1.194309f, 0.7120869f] },
        { "l1", Reduction.Mean, [0.8110328f] },
        { "l1", Reduction.Sum, [9.732394f] },
        { "smooth l1", Reduction.None, [0.7089243f, 0.8708864f, 0.06366075f, 0.5982382f, 0.918921f, 0.1721446f, 0.4705747f, 0.9435595f, 0.3191912f, 0.3284889f, 0.944309f, 0.4620869f] },
        { "smooth l1", Reduction.Mean, [0.5667488f] },
        { "smooth l1", Reduction.Sum, [6.800986f] },
        { "huber", Reduction.None, [0.3544621f, 0.4354432f, 0.03183037f, 0.2991191f, 0.4594605f, 0.08607232f, 0.2352874f, 0.4717798f, 0.1595956f, 0.1642444f, 0.4721545f, 0.2310435f] },
        { "huber", Reduction.Mean, [0.2833744f] },
        { "huber", Reduction.Sum, [3.400493f] },
        { "bce", Reduction.None, [0.6931472f, 0.8375626f, 0.6489248f, 0.6633235f, 0.8399828f, 0.6766431f, 0.6383139f, 0.8322328f, 0.7083925f, 0.619768f, 0.815147f, 0.7417774f] },
        { "bce", Reduction.Mean, [0.7262679f] },
        { "bce", Reduction.Sum, [8.715215f] },
        { "bce, weighted", Reduction.None, [0.3465736f, 0.8375626f, 1.29785f, 0.1658309f, 0.4199914f, 0.6766431f, 1.276628f, 0.2080582f, 0.3541963f, 0.619768f, 1.630294f, 0.1854444f] },
        { "bce, weighted", Reduction.Mean, [0.6682367f] },
        { "bce, weighted", Reduction.Sum, [8.01884f] },
        { "bce of logits", Reduction.None, [0.2985569f, 0.8375626f, 1.743678f, 0.08039555f, 0.2483116f, 0.6766431f, 1.729842f, 0.1791622f, 0.3064975f, 0.619768f, 2.946686f, 0.07992829f] },
        { "bce of logits", Reduction.Mean, [0.8122526f] },
        { "bce of logits", Reduction.Sum, [9.747031f] },
        { "cross entropy", Reduction.None, [2.060015f, 1.010135f, 0.6596406f] },
        { "cross entropy", Reduction.Mean, [1.356287f] },
        { "cross entropy", Reduction.Sum, [3.729791f] },
        { "cross entropy, smoothed, ignoring", Reduction.None, [1.07364f, 1.978043f, 0f] },
        { "cross entropy, smoothed, ignoring", Reduction.Mean, [1.525842f] },
        { "cross entropy, smoothed, ignoring", Reduction.Sum, [3.051683f] },
        { "nll", Reduction.None, [2.060015f, 1.010135f, 0.6596406f] },
        { "nll", Reduction.Mean, [1.356287f] },
        { "nll", Reduction.Sum, [3.729791f] },
        { "kl", Reduction.None, [-0.0512722f, -0.1224266f, -0.02130556f, 0.4843496f, 0.6547704f, 0.1078609f, -0.06890513f, -0.2004125f, -0.1901129f, 0.1128238f, 0.2517608f, 0.04597433f] },
        { "kl", Reduction.Mean, [0.08359209f] },
        { "kl", Reduction.Sum, [1.003105f] },
        { "kl of logarithms", Reduction.None, [-0.05127219f, -0.1224266f, -0.02130556f, 0.4843496f, 0.6547703f, 0.1078609f, -0.06890514f, -0.2004125f, -0.1901129f, 0.1128238f, 0.2517608f, 0.04597432f] },
        { "kl of logarithms", Reduction.Mean, [0.08359208f] },
        { "kl of logarithms", Reduction.Sum, [1.003105f] },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public void A_loss_is_what_PyTorch_computes(string name, Reduction reduction, float[] values)
    {
        using var scope = NewDisposeScope();
        Numbers.AssertClose(values, Loss(name, reduction).flatten(), 2e-6);
    }

    [Fact]
    public void Loss_modules_compute_what_their_functions_compute()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Sines(3, 4);
        var probability = x.sigmoid();
        var classes = tensor(new[] { 2L, 0, 3 });
        void Same(Tensor function, Tensor module) => Assert.Equal(function.item<float>(), module.item<float>());

        Same(functional.mse_loss(x, probability, Reduction.Sum), MSELoss(Reduction.Sum).call(x, probability));
        Same(functional.l1_loss(x, probability), L1Loss().call(x, probability));
        Same(functional.smooth_l1_loss(x, probability, beta: 0.5), SmoothL1Loss(beta: 0.5).call(x, probability));
        Same(functional.huber_loss(x, probability, 0.5), HuberLoss(0.5).call(x, probability));
        Same(functional.binary_cross_entropy(probability, probability), BCELoss().call(probability, probability));
        Same(functional.binary_cross_entropy_with_logits(x, probability), BCEWithLogitsLoss().call(x, probability));
        Same(functional.cross_entropy(x, classes, ignore_index: 3), CrossEntropyLoss(ignore_index: 3).call(x, classes));
        Same(functional.nll_loss(x, classes), NLLLoss().call(x, classes));
        Same(functional.kl_div(x, probability, false), KLDivLoss(false).call(x, probability));
    }

    private static Tensor Loss(string name, Reduction r)
    {
        var x = Numbers.Sines(3, 4);
        var t = Numbers.Sines(17).narrow(0, 5, 12).reshape(3, 4);
        Tensor p = x.sigmoid(), q = t.sigmoid();
        var c = tensor(new[] { 2L, 0, 3 });
        var w = tensor(new[] { 0.5f, 1, 2, 0.25f });
        return name switch
        {
            "mse" => functional.mse_loss(x, t, r),
            "l1" => functional.l1_loss(x, t, r),
            "smooth l1" => functional.smooth_l1_loss(x, t, r, 0.5),
            "huber" => functional.huber_loss(x, t, 0.5, r),
            "bce" => functional.binary_cross_entropy(p, q, null, r),
            "bce, weighted" => functional.binary_cross_entropy(p, q, w, r),
            "bce of logits" => functional.binary_cross_entropy_with_logits(x, q, w, r, w),
            "cross entropy" => functional.cross_entropy(x, c, w, reduction: r),
            "cross entropy, smoothed, ignoring" => functional.cross_entropy(x, c, null, 3, r, 0.1),
            "nll" => functional.nll_loss(functional.log_softmax(x, 1), c, w, r),
            "kl" => functional.kl_div(functional.log_softmax(x, 1), functional.softmax(t, 1), false, r),
            "kl of logarithms" => functional.kl_div(functional.log_softmax(x, 1), functional.log_softmax(t, 1), true, r),
            _ => throw new ArgumentException(name),
        };
    }
}

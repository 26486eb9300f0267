using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen;

/// <summary>A copy of networks' weights after the last finished epoch, for when a later one goes wrong.</summary>
internal sealed class LastGoodWeights(IEnumerable<nn.Module> networks) : IDisposable
{
    private readonly (Tensor Live, Tensor Kept)[] state =
        [.. networks.SelectMany(network => network.state_dict().Values).Select(live => (live, live.detach().clone().DetachFromDisposeScope()))];

    public void Keep() => Copy((live, kept) => kept.copy_(live));

    public void Restore() => Copy((live, kept) => live.copy_(kept));

    public void Dispose()
    {
        foreach ((_, Tensor kept) in state) kept.Dispose();
    }

    private void Copy(Action<Tensor, Tensor> copy)
    {
        using var noGradient = no_grad();
        foreach ((Tensor live, Tensor kept) in state) copy(live, kept);
    }
}

/// <summary>
/// An exponential moving average of a network's parameters, in a copy of the network. The decay is
/// min(<paramref name="limit"/>, (1 + t)/(10 + t)) at step t, so that the first steps are soon forgotten.
/// </summary>
internal sealed class AveragedWeights(Module live, Module average, double limit)
{
    private readonly Tensor[] live = [.. live.parameters()], average = [.. average.parameters()];

    /// <summary>Takes the live weights in after step <paramref name="step"/>, counted from 0.</summary>
    public void Update(long step)
    {
        double decay = Math.Min(limit, (1.0 + step) / (10 + step));
        FusedOptimizers.Approach(average, live, 1 - decay);
    }

    /// <summary>
    /// Takes an average's BatchNorm statistics anew, over some batches: those of the live weights do not belong to it. Izmailov et al. 2018, arXiv:1803.05407, section 3.2.
    /// </summary>
    public static void UpdateBatchNorm(Module<Tensor, Tensor> average, int batches, Func<int, Tensor> batchOf)
    {
        using var noGradient = no_grad();
        BatchNorm2d[] norms = [.. average.modules().OfType<BatchNorm2d>()];
        double?[] momenta = [.. norms.Select(norm => norm.momentum)];
        average.train();
        for (int batch = 0; batch < batches; batch++)
        {
            using var scope = NewDisposeScope();
            foreach (BatchNorm2d norm in norms) norm.momentum = 1.0 / (batch + 1);
            average.call(batchOf(batch));
        }
        foreach ((BatchNorm2d norm, double? momentum) in norms.Zip(momenta)) norm.momentum = momentum;
        average.eval();
    }
}

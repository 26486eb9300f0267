using static TorchSharp.torch;

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

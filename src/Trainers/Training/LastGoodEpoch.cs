using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>A copy of a network's weights after the last finished epoch, for when a later one goes wrong.</summary>
internal sealed class LastGoodEpoch : IDisposable
{
    private readonly (Tensor Live, Tensor Kept)[] state;

    public LastGoodEpoch(nn.Module network) =>
        state = [.. network.state_dict().Values.Select(live => (live, live.detach().clone().DetachFromDisposeScope()))];

    public void Keep()
    {
        using var noGradient = no_grad();
        foreach ((Tensor live, Tensor kept) in state)
            kept.copy_(live);
    }

    public void Restore()
    {
        using var noGradient = no_grad();
        foreach ((Tensor live, Tensor kept) in state)
            live.copy_(kept);
    }

    public void Dispose()
    {
        foreach ((_, Tensor kept) in state)
            kept.Dispose();
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen;

/// <summary>
/// An exponential moving average of a network's parameters, in a copy of the network. The decay is
/// min(<paramref name="limit"/>, (1 + t)/(10 + t)) at step t, so that the first steps are soon forgotten.
/// </summary>
internal sealed class AveragedWeights(Module live, Module average, double limit)
{
    private readonly (Parameter Live, Parameter Average)[] pairs = [.. live.parameters().Zip(average.parameters())];

    /// <summary>Takes the live weights in after step <paramref name="step"/>, counted from 0.</summary>
    public void Update(long step)
    {
        using var noGradient = no_grad();
        double decay = Math.Min(limit, (1.0 + step) / (10 + step));
        foreach ((Parameter from, Parameter to) in pairs)
            to.mul_(decay).add_(from, alpha: 1 - decay);
    }
}

using static TorchSharp.torch.optim;

namespace MLNetGen;

internal static class OptimizerExtensions
{
    /// <summary>Sets the learning rate of every parameter group.</summary>
    public static void SetRate(this Optimizer optimizer, double rate)
    {
        foreach (ILearningRateController group in optimizer.ParamGroups)
            group.LearningRate = rate;
    }
}

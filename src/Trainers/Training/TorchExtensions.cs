using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace MLNetGen;

internal static class ModuleExtensions
{
    /// <summary>Copies weights and buffers into a network of the same layers.</summary>
    public static void CopyStateTo(this nn.Module from, nn.Module to)
    {
        using var noGradient = no_grad();
        foreach ((Tensor source, Tensor target) in from.state_dict().Values.Zip(to.state_dict().Values)) target.copy_(source);
    }
}

internal static class OptimizerExtensions
{
    /// <summary>Sets the learning rate of every parameter group.</summary>
    public static void SetRate(this Optimizer optimizer, double rate)
    {
        foreach (ILearningRateController group in optimizer.ParamGroups)
            group.LearningRate = rate;
    }

    /// <summary>Between a backward pass and its step: where processes train together, makes their gradients those of the whole batch.</summary>
    public static void AverageGradients(this Optimizer optimizer) =>
        MpiRanks.Current?.Average(optimizer.ParamGroups.Cast<TorchSharp.Modules.ParamGroup>().SelectMany(group => group.Parameters));
}

internal static class PictureTensors
{
    /// <summary>Pictures from float32 [N, channels, H, W] in [0, 1].</summary>
    public static IReadOnlyList<Picture> ToPictures(this Tensor pictures)
    {
        using var scope = NewDisposeScope();
        (int count, int channels, int height, int width) =
            ((int)pictures.shape[0], (int)pictures.shape[1], (int)pictures.shape[2], (int)pictures.shape[3]);
        byte[] bytes = [.. (pictures.clamp(0, 1) * 255).round().permute(0, 2, 3, 1).to_type(ScalarType.Byte).cpu().contiguous().data<byte>()];
        int size = channels * height * width;
        return [.. Enumerable.Range(0, count).Select(n => new Picture(width, height, channels, bytes[(n * size)..((n + 1) * size)]))];
    }
}

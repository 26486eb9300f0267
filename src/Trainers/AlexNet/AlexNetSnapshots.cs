using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.AlexNet;

/// <summary>Pictures that a run leaves beside its figures.</summary>
internal static class AlexNetSnapshots
{
    private const int Shown = 32, Columns = 8;

    public static string Augmented(string folder) => Path.Combine(folder, "samples", "augmented.png");

    public static string Kernels(string folder) => Path.Combine(folder, "kernels.png");

    /// <summary>The first pictures of a batch in [0, 1], as training gets them.</summary>
    public static void SaveAugmented(string folder, Tensor pixels, TrainingSession session)
    {
        using var scope = NewDisposeScope();
        string? missing = OptionalPicture.Try(
            "the picture of training pictures is missing",
            () => PictureGrid.Save(Augmented(folder), pixels.narrow(0, 0, Math.Min(Shown, pixels.shape[0])).ToPictures(), Columns));
        if (missing is not null)
            session.Warning($"{missing} Training goes on.");
    }
}

/// <summary>What a trained network's first convolution looks for.</summary>
internal static class FirstKernels
{
    public static Picture Draw(AlexNetModule network)
    {
        using var scope = NewDisposeScope();
        Tensor weight = network.Features.children().OfType<Convolution>().First().weight.detach().cpu().contiguous();
        return KernelGrid.Draw([.. weight.data<float>()], (int)weight.shape[0], (int)weight.shape[1], (int)weight.shape[2], (int)weight.shape[3]);
    }
}

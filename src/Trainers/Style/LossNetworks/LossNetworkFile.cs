using MLNetGen.AlexNet;
using MLNetGen.Weights;

namespace MLNetGen.Style;

/// <summary>Opens a trained loss network. The content says what a file is; its name may say anything.</summary>
internal static class LossNetworkFile
{
    private const string Known =
        "VGG-16 or VGG-19 (torchvision's .pth or .safetensors, imagenet-vgg-verydeep-19.mat, an ONNX VGG), torchvision's alexnet, or an AlexNet trained here (classifier.onnx, checkpoints/network-1.checkpoint)";

    private const int MostShown = 6;

    /// <summary>The network in a file, on the CPU. The dense layers are not read.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no file of weights, or one of another network; names what was found.</exception>
    public static LossNetwork Open(string path)
    {
        if (AlexNetCheckpoints.Is(path)) return AlexNetLossNetwork.FromCheckpoint(path);
        using PretrainedWeights file = PretrainedWeights.Open(path);
        if (AlexNetWeights.Find(file) is { } alexNet) return AlexNetLossNetwork.Create(file, alexNet);
        // Its kernels alone would pass for a VGG's.
        if (file.Tensors.Any(tensor => tensor.Name.EndsWith("running_mean", StringComparison.Ordinal)))
            throw new InvalidDataException($"'{path}' ({file.Format}) is a network with batch normalisation. A loss network is {Known}.");
        if (VggWeights.Find(file.Tensors) is { } vgg) return VggLossNetwork.Create(file, vgg);
        throw new InvalidDataException($"'{path}' ({file.Format}) holds {Found(file.Tensors)}. A loss network is {Known}.");
    }

    private static string Found(IReadOnlyList<PretrainedTensor> tensors)
    {
        PretrainedTensor[] kernels = [.. tensors.Where(tensor => tensor.Shape.Count == 4)];
        if (kernels.Length == 0) return $"no convolutions: {WeightCopy.Some(tensors.Select(tensor => $"'{tensor.Name}' {StoredTensor.Text([.. tensor.Shape])}"))}";
        string shapes = string.Join(", ", kernels.Take(MostShown).Select(kernel => StoredTensor.Text([.. kernel.Shape])));
        return $"{kernels.Length} convolutions of {shapes}{(kernels.Length > MostShown ? ", …" : "")}";
    }
}

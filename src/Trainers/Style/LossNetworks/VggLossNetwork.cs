using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Style;

/// <summary>The convolutions of VGG-16 or VGG-19 with their rectifiers and max pooling: conv1_1, relu1_1, … relu5_3 or relu5_4.</summary>
/// <remarks>Simonyan and Zisserman 2014, "Very deep convolutional networks for large-scale image recognition", arXiv:1409.1556, table 1.</remarks>
internal static class VggLossNetwork
{
    // Four poolings leave 2 pixels of it.
    private const int SmallestSide = 32;

    private static readonly string[] StyleLayers = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];

    /// <param name="file">Open; stays the caller's.</param>
    /// <param name="found">Its convolutions.</param>
    public static LossNetwork Create(PretrainedWeights file, VggWeights found)
    {
        bool isMatConvNet = file.Format.StartsWith("MATLAB", StringComparison.Ordinal);
        List<LossLayer> chain = [];
        int next = 0;
        for (int block = 1; block <= found.Blocks.Count; block++)
        {
            for (int layer = 1; layer <= found.Blocks[block - 1]; layer++, next++)
            {
                chain.Add(new($"conv{block}_{layer}", found.Convolutions[next].Load(file, stride: [1, 1], padding: [1, 1])));
                chain.Add(new($"relu{block}_{layer}", ReLU()));
            }

            // MatConvNet's pools take the last row and column of an odd number too, as TensorFlow's SAME padding does; torchvision's drop them.
            if (block < found.Blocks.Count) chain.Add(new($"pool{block}", MaxPool2d(2, 2, ceil_mode: isMatConvNet)));
        }

        return new ChainLossNetwork(
            $"{found.Name} from {Path.GetFileName(file.Path)}",
            isMatConvNet ? PixelConvention.LessMean(MeanPixel(file)) : PixelConvention.Torchvision(),
            chain, "relu4_2", StyleLayers, SmallestSide,
            isMatConvNet && found.Name == "VGG-19" ? StyleWeights.Published : null);
    }

    private static double[]? MeanPixel(PretrainedWeights file)
    {
        const string Average = "normalization.averageImage";
        if (!file.Contains(Average)) return null;
        using var scope = NewDisposeScope();
        Tensor average = file.Read(Average);
        if (average.shape[0] != 3 && average.numel() != 3) return null;
        return [.. average.reshape(3, -1).to(ScalarType.Float64).mean([1]).data<double>()];
    }
}

using TorchSharp.Modules;
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
        return Create(
            $"{found.Name} from {Path.GetFileName(file.Path)}", found.Blocks,
            [.. found.Convolutions.Select(convolution => convolution.Load(file))],
            isMatConvNet ? PixelConvention.LessMean(MeanPixel(file)) : PixelConvention.Torchvision(),
            // MatConvNet's pools take the last row and column of an odd number too, as TensorFlow's SAME padding does; torchvision's drop them.
            poolsRemainder: isMatConvNet,
            isMatConvNet && found.Name == "VGG-19" ? StyleWeights.Published : null);
    }

    /// <param name="description">What it is and where its weights are from.</param>
    /// <param name="blocks">Convolutions between two poolings.</param>
    /// <param name="convolutions">All of them, in order; become the network's.</param>
    /// <param name="convention">The pixels that they expect; becomes the network's.</param>
    /// <param name="poolsRemainder">Whether pools take the last row and column of an odd number of them.</param>
    /// <param name="publishedWeights">Of the loss's terms.</param>
    public static LossNetwork Create(
        string description, IReadOnlyList<int> blocks, IReadOnlyList<Conv2d> convolutions, PixelConvention convention, bool poolsRemainder,
        StyleWeights? publishedWeights = null)
    {
        List<LossLayer> chain = [];
        int next = 0;
        for (int block = 1; block <= blocks.Count; block++)
        {
            for (int layer = 1; layer <= blocks[block - 1]; layer++)
            {
                chain.Add(new($"conv{block}_{layer}", convolutions[next++]));
                chain.Add(new($"relu{block}_{layer}", ReLU()));
            }

            if (block < blocks.Count) chain.Add(new($"pool{block}", MaxPool2d(2, 2, ceil_mode: poolsRemainder)));
        }

        return new ChainLossNetwork(description, convention, chain, "relu4_2", StyleLayers, SmallestSide, publishedWeights);
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

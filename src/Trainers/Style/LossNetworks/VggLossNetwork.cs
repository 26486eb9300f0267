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

/// <summary>Which tensors of a file are the convolutions of a VGG, in the network's order.</summary>
/// <param name="Name">VGG-16 or VGG-19.</param>
/// <param name="Blocks">Convolutions between two poolings.</param>
/// <param name="Convolutions">All of them.</param>
internal sealed record VggWeights(string Name, IReadOnlyList<int> Blocks, IReadOnlyList<FileConvolution> Convolutions)
{
    // Simonyan and Zisserman 2014, arXiv:1409.1556, table 1, columns D and E.
    private static readonly (string Name, int[] Blocks)[] Known = [("VGG-16", [2, 2, 3, 3, 3]), ("VGG-19", [2, 2, 4, 4, 4])];

    private const int Colours = 3, Side = 3, Doublings = 3;

    /// <summary>
    /// By shape, in the file's order or, since some exporters sort names as text, in that of their names with numbers counted; of any width.
    /// Null where the file's kernels are of another network.
    /// </summary>
    public static VggWeights? Find(IReadOnlyList<PretrainedTensor> tensors) =>
        InOrder(tensors) ?? InOrder([.. tensors.OrderBy(tensor => tensor.Name, NumberedNames.Comparer)]);

    private static VggWeights? InOrder(IReadOnlyList<PretrainedTensor> tensors)
    {
        // The dense layers of some files are kernels of 7×7 and 1×1.
        PretrainedTensor[] kernels = [.. tensors.Where(tensor => tensor.Shape is [_, _, Side, Side])];
        foreach ((string name, int[] blocks) in Known)
        {
            if (kernels.Length != blocks.Sum()) continue;
            long[] channels = [.. blocks.SelectMany((count, block) => Enumerable.Repeat(kernels[0].Shape[0] << Math.Min(block, Doublings), count))];
            bool fits = kernels.Select(kernel => kernel.Shape[0]).SequenceEqual(channels)
                && kernels.Select(kernel => kernel.Shape[1]).SequenceEqual([Colours, .. channels[..^1]]);
            if (fits && FileConvolution.WithBiases(kernels, tensors) is { } convolutions) return new(name, blocks, convolutions);
        }

        return null;
    }
}

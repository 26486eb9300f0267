namespace MLNetGen.Style;

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

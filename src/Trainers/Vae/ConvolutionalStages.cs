namespace MLNetGen.Vae;

/// <summary>How often a picture is halved, and to how many channels: shared by encoder and decoder.</summary>
internal sealed class ConvolutionalStages
{
    private const int FirstWidth = 32;
    private const int LargestWidth = 256;
    private const int LargestGrid = 8;

    public ConvolutionalStages(long[] shape)
    {
        if (shape is not [long channels, long height, long width])
        {
            throw new ArgumentException($"the convolutional VAE needs pictures, and its input has the shape [{string.Join(", ", shape)}]: "
                + "set ImageSize and Channels, or use VaeArchitecture.Mlp.");
        }
        List<int> widths = [];
        while (Math.Max(height, width) > LargestGrid)
        {
            if (height % 2 != 0 || width % 2 != 0)
            {
                throw new ArgumentException($"ImageSize is {shape[1]}, which does not halve evenly down to {LargestGrid} or less "
                    + $"({height} is odd): use a multiple of {1 << (widths.Count + 1)}, or VaeArchitecture.Mlp.");
            }
            widths.Add(Math.Min(FirstWidth << widths.Count, LargestWidth));
            (height, width) = (height / 2, width / 2);
        }
        if (widths.Count == 0)
            throw new ArgumentException($"ImageSize is {shape[1]}; the convolutional VAE needs more than {LargestGrid}: use VaeArchitecture.Mlp.");
        Channels = (int)channels;
        Widths = widths;
        (GridHeight, GridWidth) = (height, width);
    }

    /// <summary>The largest size that halves evenly, at most <paramref name="size"/>; 10 for anything smaller.</summary>
    public static int LargestSize(int size)
    {
        while (size > LargestGrid + 2 && !HalvesEvenly(size))
            size--;
        return Math.Max(size, LargestGrid + 2);

        static bool HalvesEvenly(int side) => side <= LargestGrid || (side % 2 == 0 && HalvesEvenly(side / 2));
    }

    public int Channels { get; }

    /// <summary>Channels after each halving: 32, 64, … at most 256.</summary>
    public IReadOnlyList<int> Widths { get; }

    public long GridHeight { get; }

    public long GridWidth { get; }

    /// <summary>Values after the last convolution.</summary>
    public long Features => Widths[^1] * GridHeight * GridWidth;
}

using MLNetGen.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>Convolutional VAE encoder: picture to the mean and log-variance of q(z|x).</summary>
/// <remarks>
/// In: float32 [N, channels, H, W] in [0, 1], and of a network of classes a one-hot row [N, classes], which joins the features. Out: two float32 [N, latentDimension].
/// 28×28: 32 × 14×14, 64 × 7×7, 256, latent. Strided 4×4 convolutions as in Radford et al. 2015 (arXiv:1511.06434),
/// with SiLU (Elfwing et al. 2017, arXiv:1702.03118): 2.8 nats better than ReLU on digits.
/// </remarks>
internal sealed class ConvolutionalEncoder : Module<Tensor, Tensor?, (Tensor Mean, Tensor LogVar)>
{
    public const int Dense = 256;

    private readonly Sequential layers;
    private readonly Concat join = new();
    private readonly Linear mean;
    private readonly Module<Tensor, Tensor> logVar;

    public ConvolutionalEncoder(long[] shape, int latentDimension, int classes, bool isAutoencoder)
        : base(nameof(ConvolutionalEncoder))
    {
        ConvolutionalStages stages = new(shape);
        layers = Sequential();
        int from = stages.Channels;
        foreach (int to in stages.Widths)
        {
            layers.append(Halve(from, to));
            layers.append(SiLU());
            from = to;
        }
        layers.append(Flatten());
        layers.append(Linear(stages.Features + classes, Dense));
        layers.append(SiLU());
        mean = Linear(Dense, latentDimension);
        logVar = isAutoencoder ? new NoVariance(latentDimension) : Linear(Dense, latentDimension);
        RegisterComponents();
    }

    public override (Tensor Mean, Tensor LogVar) forward(Tensor pixels, Tensor? oneHot)
    {
        Tensor h = layers.CallWith(oneHot, pixels, join);
        return (mean.call(h), logVar.call(h));
    }

    private static Conv2d Halve(int from, int to) => Conv2d(from, to, 4, stride: 2, padding: 1);
}

/// <summary>Convolutional VAE decoder: latent vector to the logits of the pixels.</summary>
/// <remarks>
/// In: float32 [N, latentDimension], standard normal a priori, and of a network of classes a one-hot row beside it. Out: float32 [N, channels, H, W], logits.
/// 28×28: latent, 256, 64 × 7×7, 32 × 14×14, channels × 28×28: the mirror image of <see cref="ConvolutionalEncoder"/>.
/// </remarks>
internal sealed class ConvolutionalDecoder : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public ConvolutionalDecoder(int latentDimension, long[] shape)
        : base(nameof(ConvolutionalDecoder))
    {
        ConvolutionalStages stages = new(shape);
        int[] widths = [stages.Channels, .. stages.Widths];
        layers = Sequential(
            Linear(latentDimension, ConvolutionalEncoder.Dense), SiLU(),
            Linear(ConvolutionalEncoder.Dense, stages.Features), SiLU(),
            Unflatten(1, [widths[^1], stages.GridHeight, stages.GridWidth]));
        for (int stage = widths.Length - 1; stage > 0; stage--)
        {
            layers.append(Double(widths[stage], widths[stage - 1]));
            if (stage > 1)
                layers.append(SiLU());
        }
        RegisterComponents();
    }

    public override Tensor forward(Tensor latent) => layers.call(latent);

    private static ConvTranspose2d Double(int from, int to) => ConvTranspose2d(from, to, 4, stride: 2, padding: 1);
}

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

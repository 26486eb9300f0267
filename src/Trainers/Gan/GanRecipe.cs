using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>What a network's source trains it with, with the caller's own choices put in.</summary>
internal sealed record GanRecipe
{
    public required DcganNetwork Network { get; init; }

    public required GanShape Shape { get; init; }

    /// <summary>Whether z is uniform in [−1, 1]; otherwise standard normal.</summary>
    public required bool UniformLatent { get; init; }

    public required int BatchSize { get; init; }

    public required double GeneratorRate { get; init; }

    public required double DiscriminatorRate { get; init; }

    public required double Beta1 { get; init; }

    public required double Beta2 { get; init; }

    /// <summary>Adam's ε.</summary>
    public required double Epsilon { get; init; }

    /// <summary>How far below 1 the discriminator's targets for real pictures, and above 0 those for made ones, are drawn.</summary>
    public required double LabelNoise { get; init; }

    /// <summary>Whether the generator steps before the discriminator.</summary>
    public required bool GeneratorFirst { get; init; }

    /// <summary>What the discriminator's two terms are multiplied with.</summary>
    public required double DiscriminatorWeight { get; init; }

    /// <summary>Random z for one step, from torch's generator.</summary>
    public Tensor RandomLatent(int count, Device device) => UniformLatent
        ? rand([count, Shape.LatentDimension], device: device).mul_(2).sub_(1)
        : randn([count, Shape.LatentDimension], device: device);

    /// <summary>The same z every time: rows <paramref name="first"/> … of <see cref="LatentNoise"/>.</summary>
    public Tensor Latent(int first, int count, Device device)
    {
        using Tensor normal = tensor(LatentNoise.Rows(first, count, Shape.LatentDimension), [count, Shape.LatentDimension], device: device);
        return UniformLatent ? (normal / Math.Sqrt(2)).erf_() : normal.alias();
    }

    public static GanRecipe For(DcganTrainer.Options options, DcganNetwork network, int channels, int size)
    {
        bool paper = network == DcganNetwork.Paper, face = network == DcganNetwork.AnimeFace64, digit = network == DcganNetwork.Mnist32;
        return new()
        {
            Network = network,
            Shape = new(options.LatentDimension, channels, size, options.Width ?? (paper ? 128 : 64)),
            UniformLatent = paper,
            BatchSize = options.BatchSize ?? (paper ? 128 : 64),
            GeneratorRate = options.GeneratorLearningRate ?? (face ? 1.5e-4 : 2e-4),
            DiscriminatorRate = options.DiscriminatorLearningRate ?? 2e-4,
            Beta1 = options.Beta1 ?? 0.5,
            Beta2 = options.Beta2 ?? 0.999,
            Epsilon = face ? 1e-7 : 1e-8,
            LabelNoise = face ? 0.2 : 0,
            GeneratorFirst = digit,
            DiscriminatorWeight = digit ? 0.5 : 1,
        };
    }
}

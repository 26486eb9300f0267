using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace MLNetGen.Gan;

/// <summary>The settings that repeat a run.</summary>
internal sealed record GanSettings : RunSettings
{
    public required GanRecipe Recipe { get; init; }
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of the rows as the networks get them.</summary>
    public required string TrainingData { get; init; }
    public required int Steps { get; init; }
    public required int SampleInterval { get; init; }
    public required int CheckpointInterval { get; init; }

    protected override IEnumerable<string> MayDiffer => [nameof(Steps), nameof(SampleInterval), nameof(CheckpointInterval)];
}

/// <summary>What a network's source trains it with, with the caller's own choices put in.</summary>
internal sealed record GanRecipe
{
    public required DcganNetwork Network { get; init; }

    public required GanShape Shape { get; init; }

    /// <summary>The classes in their order; none where the networks know of none.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

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

    /// <summary>Whether a step is that of <see cref="DcganNetwork.AnimeFace64"/>'s source, to the letter.</summary>
    public required bool SourceProcedure { get; init; }

    /// <summary>Whether the networks are those of PyTorch's own example of <see cref="DcganNetwork.Paper"/>.</summary>
    public required bool PyTorchExample { get; init; }

    /// <summary>Whether an average of the generator is what is shown and exported.</summary>
    public required bool Averaged { get; init; }

    public required GanLoss Loss { get; init; }

    /// <summary>The discriminator's updates in one step.</summary>
    public required int DiscriminatorSteps { get; init; }

    /// <summary>λ of <see cref="GanLoss.WassersteinGradientPenalty"/>.</summary>
    public required double GradientPenalty { get; init; }

    /// <summary>γ of the R1 penalty; 0 for none.</summary>
    public required double R1Gamma { get; init; }

    public required bool SpectralNormalization { get; init; }

    /// <summary>What happens to pictures before the discriminator sees them.</summary>
    public required DiffAugment Augmentation { get; init; }

    /// <summary>Real pictures that one step takes.</summary>
    [JsonIgnore]
    public int PicturesPerStep => checked(BatchSize * DiscriminatorSteps);

    // A gradient penalty is on each picture's own gradient, and BatchNorm makes it one of the whole batch.
    [JsonIgnore]
    public DiscriminatorLayers DiscriminatorLayers =>
        new(BatchNorm: Loss != GanLoss.WassersteinGradientPenalty && !SpectralNormalization && R1Gamma == 0, SpectralNormalization);

    public IGanObjective Objective() => Loss switch
    {
        GanLoss.Hinge => new HingeObjective(),
        GanLoss.WassersteinGradientPenalty => new WassersteinObjective(GradientPenalty),
        _ => new NonSaturatingObjective(LabelNoise),
    };

    /// <summary>Random z for one step, from torch's generator.</summary>
    public Tensor RandomLatent(int count, Device device) => UniformLatent
        ? rand([count, Shape.LatentDimension], device: device).mul_(2).sub_(1)
        : randn([count, Shape.LatentDimension], device: device);

    /// <summary>
    /// What the generator is shown every time: rows <paramref name="first"/> … of <see cref="LatentNoise"/>, with the classes by turns.
    /// </summary>
    public Tensor Latent(int first, int count, Device device)
    {
        if (Shape.Classes > 0)
        {
            using Tensor z = FixedLatent(first, count, device), turns = arange(first, first + count, int64, device).remainder(Shape.Classes);
            using Tensor rows = nn.functional.one_hot(turns, Shape.Classes).to_type(float32);
            return cat([z, rows], 1);
        }
        return FixedLatent(first, count, device);
    }

    private Tensor FixedLatent(int first, int count, Device device)
    {
        using Tensor normal = tensor(LatentNoise.Rows(first, count, Shape.LatentDimension), [count, Shape.LatentDimension], device: device);
        return UniformLatent ? (normal / Math.Sqrt(2)).erf_() : normal.alias();
    }

    public static GanRecipe For(DcganTrainer.Options options, DcganNetwork network, int channels, int size, IReadOnlyList<string>? classNames = null)
    {
        bool face = network == DcganNetwork.AnimeFace64, digit = network == DcganNetwork.Mnist32;
        bool example = options.PyTorchExample, paper = network == DcganNetwork.Paper && !example;
        bool critic = options.Loss == GanLoss.WassersteinGradientPenalty;
        return new()
        {
            Network = network,
            Shape = new(options.LatentDimension, channels, size, options.Width ?? (paper ? 128 : 64), classNames?.Count ?? 0),
            ClassNames = classNames ?? [],
            UniformLatent = paper,
            // Small sets need the steps more than the company: 64 is the MNIST source's, for 60,000 pictures.
            BatchSize = options.BatchSize ?? (paper ? 128 : digit ? 16 : 64),
            GeneratorRate = options.GeneratorLearningRate ?? (critic ? 1e-4 : face ? 1.5e-4 : 2e-4),
            DiscriminatorRate = options.DiscriminatorLearningRate ?? (critic ? 1e-4 : 2e-4),
            Beta1 = options.Beta1 ?? (critic ? 0 : 0.5),
            Beta2 = options.Beta2 ?? (critic ? 0.9 : 0.999),
            Epsilon = face ? 1e-7 : 1e-8,
            LabelNoise = face ? 0.2 : 0,
            GeneratorFirst = digit,
            // The source's mean of two cross-entropies; other losses are summed in their papers.
            DiscriminatorWeight = digit && options.Loss == GanLoss.NonSaturating ? 0.5 : 1,
            // What the other networks' sources do is the default.
            SourceProcedure = options.SourceProcedure && face,
            PyTorchExample = example,
            Averaged = options.AverageGenerator,
            Loss = options.Loss,
            DiscriminatorSteps = options.DiscriminatorSteps ?? (critic ? 5 : 1),
            GradientPenalty = options.GradientPenalty,
            R1Gamma = options.R1Gamma,
            SpectralNormalization = options.SpectralNormalization,
            Augmentation = options.DiffAugment,
        };
    }
}

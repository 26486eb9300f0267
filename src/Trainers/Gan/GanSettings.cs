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

    public static GanSettings Of(DcganTrainer.Options options, GanRecipe recipe, TrainingSession session, long rows, string data) => From<GanSettings>(options, session) with
    {
        Recipe = recipe,
        TrainingRows = rows,
        TrainingData = data,
        Steps = options.Steps ?? checked((int)(options.Epochs * (rows / recipe.PicturesPerStep))),
    };
}

/// <summary>What a network's source trains it with, with the caller's own choices (<see cref="DcganTrainer.Options"/>) put in.</summary>
internal sealed class GanRecipe(DcganTrainer.Options options, DcganNetwork network, int channels, int size, IReadOnlyList<string>? classNames = null)
{
    // A checkpoint's own values replace these.
    [JsonConstructor]
    private GanRecipe()
        : this(new(), default, 0, 0)
    {
    }

    public DcganNetwork Network { get; init; } = network;

    public GanShape Shape { get; init; } = new(options.LatentDimension, channels, size, options.Width ?? (network == DcganNetwork.Mlp ? 1200 : IsPaper(options, network) ? 128 : 64), classNames?.Count ?? 0);

    /// <summary>The classes in their order; none where the networks know of none.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = classNames ?? [];

    /// <summary>Whether z is uniform in [−1, 1]; otherwise standard normal.</summary>
    public bool UniformLatent { get; init; } = IsPaper(options, network);

    // Small sets need the steps more than the company: 64 is the MNIST source's, for 60,000 pictures.
    public int BatchSize { get; init; } = options.BatchSize ?? (network switch { DcganNetwork.Mnist32 => 16, DcganNetwork.Mlp => 100, _ => IsPaper(options, network) ? 128 : 64 });

    public double GeneratorRate { get; init; } = options.GeneratorLearningRate ?? (IsCritic(options) ? 1e-4 : network == DcganNetwork.AnimeFace64 ? 1.5e-4 : 2e-4);

    public double DiscriminatorRate { get; init; } = options.DiscriminatorLearningRate ?? (IsCritic(options) ? 1e-4 : 2e-4);

    public double Beta1 { get; init; } = options.Beta1 ?? (IsCritic(options) ? 0 : 0.5);

    public double Beta2 { get; init; } = options.Beta2 ?? (IsCritic(options) ? 0.9 : 0.999);

    /// <summary>Adam's ε.</summary>
    public double Epsilon { get; init; } = network == DcganNetwork.AnimeFace64 ? 1e-7 : 1e-8;

    /// <summary>How far below 1 the discriminator's targets for real pictures, and above 0 those for made ones, are drawn.</summary>
    public double LabelNoise { get; init; } = network == DcganNetwork.AnimeFace64 ? 0.2 : 0;

    /// <summary>Whether the generator steps before the discriminator.</summary>
    public bool GeneratorFirst { get; init; } = network == DcganNetwork.Mnist32;

    /// <summary>What the discriminator's two terms are multiplied with: a half is the source's mean of two cross-entropies; other losses are summed in their papers.</summary>
    public double DiscriminatorWeight { get; init; } = network == DcganNetwork.Mnist32 && options.Loss == GanLoss.NonSaturating ? 0.5 : 1;

    /// <summary>Whether a step is that of <see cref="DcganNetwork.AnimeFace64"/>'s source, to the letter; what the other networks' sources do is the default.</summary>
    public bool SourceProcedure { get; init; } = options.SourceProcedure && network == DcganNetwork.AnimeFace64;

    public bool PyTorchExample { get; init; } = options.PyTorchExample;

    public bool Averaged { get; init; } = options.AverageGenerator;

    public GanLoss Loss { get; init; } = options.Loss;

    public int DiscriminatorSteps { get; init; } = options.DiscriminatorSteps ?? (IsCritic(options) ? 5 : 1);

    public double GradientPenalty { get; init; } = options.GradientPenalty;

    public double R1Gamma { get; init; } = options.R1Gamma;

    public bool SpectralNormalization { get; init; } = options.SpectralNormalization;

    public DiffAugment Augmentation { get; init; } = options.DiffAugment;

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
        using Tensor normal = tensor(LatentNoise.Rows(first, count, Shape.LatentDimension), [count, Shape.LatentDimension], device: device);
        using Tensor z = UniformLatent ? (normal / Math.Sqrt(2)).erf_() : normal.alias();
        if (Shape.Classes == 0)
            return z.alias();
        using Tensor turns = arange(first, first + count, int64, device).remainder(Shape.Classes), rows = nn.functional.one_hot(turns, Shape.Classes).to_type(float32);
        return cat([z, rows], 1);
    }

    private static bool IsPaper(DcganTrainer.Options options, DcganNetwork network) => network == DcganNetwork.Paper && !options.PyTorchExample;

    private static bool IsCritic(DcganTrainer.Options options) => options.Loss == GanLoss.WassersteinGradientPenalty;
}

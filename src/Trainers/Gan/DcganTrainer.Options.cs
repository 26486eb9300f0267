using System.Text.Json.Serialization;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Gan;

namespace MLNetGen;

public sealed partial class DcganTrainer
{
    /// <summary>What to learn from, which networks, and how to train them.</summary>
    public sealed class Options : TrainingOptions
    {
        /// <summary>The column of pictures (MLImage) to learn from.</summary>
        public string ImageColumnName { get; set; } = "Image";

        /// <summary>The networks. Null is <see cref="DcganNetwork.AnimeFace64"/> for colour, <see cref="DcganNetwork.Mnist32"/> for grey.</summary>
        public DcganNetwork? Network { get; set; }

        /// <summary>Steps in all, of <see cref="TrainingOptions.BatchSize"/> pictures each; at least 1. Null trains for <see cref="TrainingOptions.Epochs"/>.</summary>
        public int? Steps { get; set; }

        /// <summary>Length of z; at least 1.</summary>
        public int LatentDimension { get; set; } = 100;

        /// <summary>
        /// Height and width of the pictures: 32, 64 or 128, and 28 for <see cref="DcganNetwork.Mlp"/>. 0 takes the networks' own: 28 for
        /// <see cref="DcganNetwork.Mlp"/>, 32 for <see cref="DcganNetwork.Mnist32"/>, else 64.
        /// </summary>
        public int ImageSize { get; set; }

        /// <summary>1 for grey, 3 for colour, 0 for what the pictures are: grey where all are. They are looked at until one has colour.</summary>
        public int Channels { get; set; }

        /// <summary>
        /// Channels of the generator next to its picture; deeper layers have multiples of it. A multiple of 4. Null takes
        /// the source's: 64, or 128 for <see cref="DcganNetwork.Paper"/> (64 with <see cref="PyTorchExample"/>). For <see cref="DcganNetwork.Mlp"/> the units of the
        /// generator's hidden layers, of which the discriminator's have a fifth: 1200.
        /// </summary>
        public int? Width { get; set; }

        /// <summary>How a picture that is not square is made so.</summary>
        public ImageResizingEstimator.ResizingKind Resizing { get; set; } = ImageResizingEstimator.ResizingKind.IsoCrop;

        /// <summary>Adam's step size for the generator. Null takes the source's: 1.5e-4 for <see cref="DcganNetwork.AnimeFace64"/>, else 2e-4; or the <see cref="Loss"/>'s.</summary>
        public double? GeneratorLearningRate { get; set; }

        /// <summary>Adam's step size for the discriminator. Null takes the sources' 2e-4, or the <see cref="Loss"/>'s.</summary>
        public double? DiscriminatorLearningRate { get; set; }

        /// <summary>Adam's decay of the first moment, in [0, 1). Null takes the sources' 0.5, or the <see cref="Loss"/>'s.</summary>
        public double? Beta1 { get; set; }

        /// <summary>Adam's decay of the second moment, in [0, 1). Null takes the sources' 0.999, or the <see cref="Loss"/>'s.</summary>
        public double? Beta2 { get; set; }

        /// <summary>
        /// Shows, judges and exports an exponential moving average of the generator's weights, with the decay
        /// min(0.999, (1 + t)/(10 + t)) at step t and BatchNorm statistics taken anew: Yazıcı et al. 2019 (arXiv:1806.04498).
        /// Off, the weights of the last step.
        /// </summary>
        public bool AverageGenerator { get; set; } = true;

        /// <summary>Steps between two pictures of the same z in the workspace; at least 1.</summary>
        public int SampleInterval { get; set; } = 100;

        /// <summary>Steps between two checkpoints; at least 1. What a loss that becomes NaN falls back to, with a workspace or without.</summary>
        public int CheckpointInterval { get; set; } = 500;

        /// <summary>The newest checkpoints that stay in the workspace; at least 1.</summary>
        public int KeptCheckpoints { get; set; } = 3;

        /// <summary>
        /// What judges made pictures by <see cref="TrainingOptions.ValidationSet"/>, at the first snapshot and at every checkpoint by at most 256 of its rows, evenly spread
        /// (with ResNet-18's features some seconds on two cores). Null is
        /// <see cref="MLNetGen.FeatureExtractor.Default"/> of the training rows. It stays the caller's.
        /// </summary>
        public FeatureExtractor? FeatureExtractor { get; set; }

        /// <summary>Called after every step, on the training thread: keep it short.</summary>
        public Action<DcganProgress>? ProgressCallback { get; set; }

        /// <summary>Called at every checkpoint, on the training thread, with the averages since the one before.</summary>
        public Action<DcganAverages>? MetricsCallback { get; set; }

        internal override NumberedFiles CheckpointsIn(string workspace) => new(Checkpoint.FolderIn(workspace), "step-", Checkpoint.Extension);

        internal override void Validate()
        {
            base.Validate();
            OptionCheck.Named(nameof(ImageColumnName), ImageColumnName, "the column of pictures to learn from");
            if (BatchSize == 1)
                throw new ArgumentOutOfRangeException(nameof(BatchSize), BatchSize, $"{nameof(BatchSize)} is 1; a GAN needs at least 2: its networks normalise over the pictures of a batch.");
            OptionCheck.AtLeast(nameof(Steps), Steps ?? 1, 1);
            OptionCheck.AtLeast(nameof(LatentDimension), LatentDimension, 1);
            if (ImageSize is not (0 or 32 or 64 or 128) && !(ImageSize == 28 && Network == DcganNetwork.Mlp))
                throw new ArgumentOutOfRangeException(nameof(ImageSize), ImageSize, $"{nameof(ImageSize)} is {ImageSize}; it must be 32, 64, 128 or 0 (the network's own), or 28 for the {nameof(DcganNetwork.Mlp)} network.");
            OptionCheck.Channels(nameof(Channels), Channels);
            if (Width is { } width && (width < 4 || width % 4 != 0))
                throw new ArgumentOutOfRangeException(nameof(Width), width, $"{nameof(Width)} is {width}; it must be a multiple of 4.");
            OptionCheck.Positive(nameof(GeneratorLearningRate), GeneratorLearningRate ?? 1);
            OptionCheck.Positive(nameof(DiscriminatorLearningRate), DiscriminatorLearningRate ?? 1);
            OptionCheck.Fraction(nameof(Beta1), Beta1 ?? 0);
            OptionCheck.Fraction(nameof(Beta2), Beta2 ?? 0);
            OptionCheck.AtLeast(nameof(SampleInterval), SampleInterval, 1);
            OptionCheck.AtLeast(nameof(CheckpointInterval), CheckpointInterval, 1);
            OptionCheck.AtLeast(nameof(KeptCheckpoints), KeptCheckpoints, 1);
            ValidateObjectives();
        }

        /// <summary>
        /// Trains <see cref="DcganNetwork.AnimeFace64"/> exactly as its source does: separate updates of the discriminator on
        /// real and on made pictures, these made in inference mode, fresh z for the generator's update, and its targets in
        /// (0.8, 1] too. Off, one update is on both, and both networks use one batch of made pictures, which is faster.
        /// The other networks are trained as in their sources anyway: it changes nothing for them.
        /// </summary>
        public bool SourceProcedure { get; set; }

        /// <summary>
        /// Takes the networks of PyTorch's own example for <see cref="DcganNetwork.Paper"/>: 4×4 kernels, normal z, width 64,
        /// batches of 64.
        /// </summary>
        public bool PyTorchExample { get; set; }

        /// <summary>
        /// What the networks play for. <see cref="GanLoss.WassersteinGradientPenalty"/> brings its paper's Adam with it
        /// (1e-4, β 0 and 0.9) where the rates and decays are unset; it and <see cref="GanLoss.Hinge"/> have no targets
        /// and so no noise on them.
        /// </summary>
        public GanLoss Loss { get; set; }

        /// <summary>
        /// The discriminator's updates in one step, each on a batch of its own; at least 1. Null is 1, or 5 for
        /// <see cref="GanLoss.WassersteinGradientPenalty"/> (Gulrajani et al. 2017, algorithm 1). A step takes this many
        /// times <see cref="TrainingOptions.BatchSize"/> pictures.
        /// </summary>
        public int? DiscriminatorSteps { get; set; }

        /// <summary>λ of <see cref="GanLoss.WassersteinGradientPenalty"/>, above 0; the paper's 10. No other loss uses it.</summary>
        public double GradientPenalty { get; set; } = 10;

        /// <summary>
        /// γ of the R1 penalty on the discriminator's gradient at real pictures, 0 for none; 10 in the paper: Mescheder et al.
        /// 2018 (arXiv:1801.04406), section 4.1. For the losses that have no penalty of their own. The discriminator then has no BatchNorm, which would
        /// make a picture's gradient depend on the others in its batch.
        /// </summary>
        public double R1Gamma { get; set; }

        /// <summary>
        /// Divides every weight of the discriminator by its largest singular value: Miyato et al. 2018 (arXiv:1802.05957).
        /// As in its table 3, the discriminator then has no BatchNorm.
        /// </summary>
        public bool SpectralNormalization { get; set; }

        /// <summary>Differentiable augmentation, for small data sets: Zhao et al. 2020 (arXiv:2006.10738).</summary>
        public DiffAugment DiffAugment { get; set; }

        /// <summary>
        /// A column of labels (text, numbers or keys), for a GAN that makes pictures of a class: the generator gets the class's
        /// one-hot row beside z (Mirza and Osindero 2014, arXiv:1411.1784), and the discriminator has a logit for each class, as
        /// a projection discriminator (Miyato and Koyama 2018, arXiv:1802.05637). The generator's rows then need a column
        /// <c>Class</c> beside <c>Latent</c>; <c>Realness</c> is that of the class a picture suits best. Null for one kind
        /// of picture.
        /// </summary>
        public string? LabelColumnName { get; set; }

        private void ValidateObjectives()
        {
            if (PyTorchExample && Network != DcganNetwork.Paper)
                throw new ArgumentException($"{nameof(PyTorchExample)} is an option of the {nameof(DcganNetwork.Paper)} network, and {nameof(Network)} is {Network?.ToString() ?? "unset"}: set {nameof(Network)} to {nameof(DcganNetwork.Paper)}.");
            if (!Enum.IsDefined(Loss))
                throw new ArgumentOutOfRangeException(nameof(Loss), Loss, $"{nameof(Loss)} is {Loss}; it must be one of {string.Join(", ", Enum.GetNames<GanLoss>())}.");
            OptionCheck.AtLeast(nameof(DiscriminatorSteps), DiscriminatorSteps ?? 1, 1);
            OptionCheck.Positive(nameof(GradientPenalty), GradientPenalty);
            OptionCheck.NotNegative(nameof(R1Gamma), R1Gamma);
            if (R1Gamma > 0 && Loss == GanLoss.WassersteinGradientPenalty)
                throw new ArgumentException($"{nameof(R1Gamma)} is {R1Gamma}, and {nameof(GanLoss.WassersteinGradientPenalty)} has a gradient penalty of its own: set {nameof(R1Gamma)} to 0, or choose another {nameof(Loss)}.");
            if ((DiffAugment & ~DiffAugment.All) != 0)
                throw new ArgumentOutOfRangeException(nameof(DiffAugment), DiffAugment, $"{nameof(DiffAugment)} is {DiffAugment}; it must be a combination of {string.Join(", ", Enum.GetNames<DiffAugment>())}.");
            if (LabelColumnName is "")
                throw new ArgumentException($"{nameof(LabelColumnName)} is empty: name the column of labels, or leave it null for a GAN without classes.");
            if (SourceProcedure && BeyondTheSource is { } option)
                throw new ArgumentException($"{nameof(SourceProcedure)} follows the source exactly, and the source has no {option}: unset one of the two.");
        }

        private string? BeyondTheSource =>
            Loss != GanLoss.NonSaturating ? $"{nameof(Loss)} {Loss}"
            : DiscriminatorSteps is > 1 ? nameof(DiscriminatorSteps)
            : R1Gamma > 0 ? nameof(R1Gamma)
            : SpectralNormalization ? nameof(SpectralNormalization)
            : DiffAugment != DiffAugment.None ? nameof(DiffAugment)
            : LabelColumnName is not null ? nameof(LabelColumnName)
            : null;
    }
}

/// <summary>The settings that repeat a run.</summary>
internal sealed record GanSettings : RowSettings
{
    public required GanRecipe Recipe { get; init; }

    public int Steps { get; init; }

    public int SampleInterval { get; init; }

    public int CheckpointInterval { get; init; }

    // Where no steps are given.
    [JsonIgnore]
    public int Epochs { get; init; }

    protected override IEnumerable<string> MayDiffer => [nameof(Steps), nameof(SampleInterval), nameof(CheckpointInterval)];

    public override string Describe() => $"{Recipe.Network}, {Recipe.Shape.Channels}×{Recipe.Shape.Size}×{Recipe.Shape.Size}, latent dimension {Recipe.Shape.LatentDimension}";

    public override RowSettings Over(long rows, string data, RowSettings? planned) => (GanSettings)base.Over(rows, data, planned) with
    {
        Steps = planned is GanSettings run ? run.Steps : Steps > 0 ? Steps : checked((int)(Epochs * (rows / Recipe.PicturesPerStep))),
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

    public GanShape Shape { get; init; } = new(
        options.LatentDimension, channels, size, options.Width ?? (network == DcganNetwork.Mlp ? 1200 : IsPaper(options, network) ? 128 : 64), classNames?.Count ?? 0);

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

    private static bool IsPaper(DcganTrainer.Options options, DcganNetwork network) => network == DcganNetwork.Paper && !options.PyTorchExample;

    private static bool IsCritic(DcganTrainer.Options options) => options.Loss == GanLoss.WassersteinGradientPenalty;
}

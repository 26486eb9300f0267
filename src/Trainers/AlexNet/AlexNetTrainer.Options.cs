using System.Globalization;
using Microsoft.ML.Transforms.Image;
using MLNetGen.AlexNet;

namespace MLNetGen;

public sealed partial class AlexNetTrainer
{
    /// <summary>What to learn from, which network, and how to train it.</summary>
    public sealed class Options : TrainingOptions
    {
        /// <summary>Sets the network's own number of epochs.</summary>
        public Options() => Epochs = 0;

        /// <summary>The column of labels: keys, text, numbers, truth values, or one-hot vectors.</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>The column of pictures (MLImage).</summary>
        public string ImageColumnName { get; set; } = "Image";

        /// <summary>
        /// Null: that of <see cref="InitialWeights"/>; else <see cref="AlexNetNetwork.Compact"/> for at most 96 pixels (<see cref="ImageSize"/>, or the first
        /// picture's smaller side), <see cref="AlexNetNetwork.Paper"/> for more.
        /// </summary>
        public AlexNetNetwork? Network { get; set; }

        /// <summary>
        /// Height and width of what the network sees, in pixels; 0 for its own: 227 (paper), 224 (torchvision), or the first picture's
        /// smaller side, 32 to 96 (compact). At least 67, 63 and 16.
        /// </summary>
        public int ImageSize { get; set; }

        /// <summary>
        /// Height and width that pictures are resized to before crops are taken of them, in pixels; at least <see cref="ImageSize"/>. 0 for the
        /// network's own: 256 for 227 and 224, and as much larger for other sizes; <see cref="ImageSize"/> itself for compact.
        /// </summary>
        public int ResizeSize { get; set; }

        /// <summary>1 for grey, 3 for colour, 0 for what <see cref="InitialWeights"/> need (published ones 3), or else what the pictures are: grey where all are, for which they are looked at until one has colour.</summary>
        public int Channels { get; set; }

        /// <summary>How a picture that is not square is made so; the paper's is the default: the shorter side fits, the centre is taken.</summary>
        public ImageResizingEstimator.ResizingKind Resizing { get; set; } = ImageResizingEstimator.ResizingKind.IsoCrop;

        /// <summary>The nonlinearity.</summary>
        public AlexNetActivation Activation { get; set; } = AlexNetActivation.ReLU;

        /// <summary>Probability that a hidden dense unit is left out of a training step, in [0, 1).</summary>
        public double Dropout { get; set; } = 0.5;

        /// <summary>Whether the first two convolutions are followed by local response normalisation. Null for the network's own: the paper's is, others are not. Not for torchvision's.</summary>
        public bool? LocalResponseNormalization { get; set; }

        /// <summary>Whether pools are 3×3 with stride 2, as in the paper; otherwise 2×2.</summary>
        public bool OverlappingPooling { get; set; } = true;

        /// <summary>A sixth convolution over the last pool: the paper's CNN* (section 6.1).</summary>
        public bool SixthConvolution { get; set; }

        /// <summary>A step's size at its largest. Null for the network's own: 0.01 (paper, torchvision), 0.1 (compact).</summary>
        public double? LearningRate { get; set; }

        /// <summary>How the rate moves. Null for the network's own: <see cref="AlexNetSchedule.Plateau"/> (paper, torchvision), <see cref="AlexNetSchedule.OneCycle"/> (compact).</summary>
        public AlexNetSchedule? Schedule { get; set; }

        /// <summary>Epochs without a lower validation error after which <see cref="AlexNetSchedule.Plateau"/> divides the rate by 10; at least 1.</summary>
        public int Patience { get; set; } = 5;

        /// <summary>
        /// Epochs without a lower validation error after which training ends, with the weights of the best epoch; 0 for never, and the weights
        /// of the last epoch. Needs held-out rows.
        /// </summary>
        public int EarlyStoppingPatience { get; set; }

        /// <summary>SGD's momentum, in [0, 1): Nesterov's for compact, plain for the others, as in their sources.</summary>
        public double Momentum { get; set; } = 0.9;

        /// <summary>SGD's weight decay; 0 or more.</summary>
        public double WeightDecay { get; set; } = 5e-4;

        /// <summary>What is taken of the right class and spread over all of them, in [0, 1). Source: Szegedy et al. 2015, arXiv:1512.00567, section 7.</summary>
        public double LabelSmoothing { get; set; }

        /// <summary>Whether a class counts as much as any other, however many pictures it has: each is weighed by rows / (classes · its rows).</summary>
        public bool BalanceClasses { get; set; }

        /// <summary>Weights in the loss by class name, each above 0; classes not named count 1. Null: all alike. Multiplied with those of <see cref="BalanceClasses"/>.</summary>
        public IReadOnlyDictionary<string, double>? ClassWeights { get; set; }

        /// <summary>
        /// Share of the rows that is held out where there is no <see cref="TrainingOptions.ValidationSet"/>, in [0, 1); 0 for none. It is drawn by the seed from every class alike
        /// (<see cref="StratifiedSplit"/>), and has at least one row.
        /// </summary>
        public double ValidationFraction { get; set; }

        /// <summary>Networks trained from seeds that follow each other, whose probabilities are averaged in one ONNX file; at least 1.</summary>
        public int Ensemble { get; set; } = 1;

        /// <summary>Called after every step, on the training thread: keep it short.</summary>
        public Action<AlexNetProgress>? ProgressCallback { get; set; }

        /// <summary>Called after every epoch.</summary>
        public Action<AlexNetEpoch>? MetricsCallback { get; set; }

        internal override int LeastEpochs => 0;

        internal override NumberedFiles CheckpointsIn(string workspace) => AlexNetCheckpoints.In(workspace);

        internal override void Validate()
        {
            base.Validate();
            if (string.IsNullOrEmpty(LabelColumnName) || string.IsNullOrEmpty(ImageColumnName))
                throw new ArgumentException($"{nameof(LabelColumnName)} or {nameof(ImageColumnName)} is empty: name the columns to learn from.");
            OptionCheck.AtLeast(nameof(ImageSize), ImageSize, 0);
            OptionCheck.AtLeast(nameof(ResizeSize), ResizeSize, 0);
            OptionCheck.Channels(nameof(Channels), Channels);
            OptionCheck.Fraction(nameof(Dropout), Dropout);
            if (LearningRate is { } rate)
                OptionCheck.Positive(nameof(LearningRate), rate);
            OptionCheck.AtLeast(nameof(Patience), Patience, 1);
            OptionCheck.AtLeast(nameof(EarlyStoppingPatience), EarlyStoppingPatience, 0);
            OptionCheck.Fraction(nameof(Momentum), Momentum);
            OptionCheck.NotNegative(nameof(WeightDecay), WeightDecay);
            OptionCheck.Fraction(nameof(LabelSmoothing), LabelSmoothing);
            OptionCheck.Fraction(nameof(ValidationFraction), ValidationFraction);
            OptionCheck.AtLeast(nameof(Ensemble), Ensemble, 1);
            foreach ((string name, double weight) in ClassWeights ?? new Dictionary<string, double>())
                OptionCheck.Positive($"{nameof(ClassWeights)}['{name}']", weight);
            if (EarlyStoppingPatience > 0 && ValidationSet is null && ValidationFraction == 0)
                throw new ArgumentException($"{nameof(EarlyStoppingPatience)} is {EarlyStoppingPatience} and no rows are held out: set ValidationSet or {nameof(ValidationFraction)}.");
            ValidateAugmentation();
            ValidateWeights();
            ValidatePrediction();
        }

        /// <summary>
        /// Whether training sees a random window of the larger picture instead of its centre: the paper's section 4.1, with
        /// <see cref="HorizontalFlip"/> 2·(256 − 224)² = 2,048 pictures of one.
        /// </summary>
        public bool RandomCrop { get; set; } = true;

        /// <summary>Whether training sees every other picture mirrored. Not for letters and digits.</summary>
        public bool HorizontalFlip { get; set; } = true;

        /// <summary>Pixels that the picture is extended by on every side, mirrored at its border, before a random window is taken. Null for the network's own: 0; an eighth of the size for compact.</summary>
        public int? CropPadding { get; set; }

        /// <summary>
        /// Deviation of the random multiples of the training pictures' principal colours that are added to a picture: 0.1 in the paper (section
        /// 4.1); 0 for none. Null for the network's own: 0.1 (paper), 0 (others). For colour pictures only.
        /// </summary>
        public double? ColorNoise { get; set; }

        /// <summary>
        /// Bytes of decoded pictures that are held in memory, at least 1 MiB; more lie in a memory-mapped temporary file (in
        /// <see cref="TrainingOptions.WorkspacePath"/>, or the system's folder for such), which goes when training ends. Default 1 GiB.
        /// </summary>
        public long MemoryBudget { get; set; } = 1L << 30;

        private void ValidateAugmentation()
        {
            OptionCheck.AtLeast(nameof(CropPadding), CropPadding ?? 0, 0);
            OptionCheck.NotNegative(nameof(ColorNoise), ColorNoise ?? 0);
            if (MemoryBudget < 1 << 20)
                throw new ArgumentOutOfRangeException(nameof(MemoryBudget), MemoryBudget, $"{nameof(MemoryBudget)} is {MemoryBudget}; it must be at least 1 MiB ({1 << 20}).");
        }

        /// <summary>How many of the best classes the transformer adds as <c>TopLabels</c> and <c>TopScores</c>; 0 for none. At most as many as there are classes.</summary>
        public int TopK { get; set; }

        /// <summary>Whether the transformer adds <c>Features</c>: the last hidden layer (fc7), a vector of 4,096, or 512 of compact; of an ensemble all of them in a row.</summary>
        public bool OutputFeatures { get; set; }

        /// <summary>
        /// Whether the transformer averages the probabilities of ten crops: the four corners and the centre, and their mirror images (the paper's section 4.1).
        /// Ten times the work. Needs a <see cref="ResizeSize"/> above <see cref="ImageSize"/>.
        /// </summary>
        public bool TenCrop { get; set; }

        private void ValidatePrediction() => OptionCheck.AtLeast(nameof(TopK), TopK, 0);

        /// <summary>
        /// A file of weights to start from: for <see cref="AlexNetNetwork.Torchvision"/> torchvision's published <c>alexnet</c> (.pth or .safetensors), or
        /// one of the same names and shapes (of colour pictures; grey ones then get three equal channels); for any network, a checkpoint of a run of the
        /// same network (<c>checkpoints/network-1.checkpoint</c>). Where it knows another number of classes, the last layer starts afresh. Null: random weights.
        /// </summary>
        public string? InitialWeights { get; set; }

        /// <summary>
        /// The last layers with weights that are trained, of 8 (9 with a sixth convolution); the others stay as they are in <see cref="InitialWeights"/>, and train nothing. 1 is the last
        /// layer alone, 3 the dense layers. Null: all.
        /// </summary>
        public int? TrainedLayers { get; set; }

        private void ValidateWeights()
        {
            if (TrainedLayers is { } layers)
                OptionCheck.AtLeast(nameof(TrainedLayers), layers, 1);
            if (TrainedLayers is not null && InitialWeights is null)
                throw new ArgumentException($"{nameof(TrainedLayers)} is {TrainedLayers} without {nameof(InitialWeights)}: the other layers would stay random. Set {nameof(InitialWeights)}, or leave it unset.");
        }
    }
}

/// <summary>The settings that repeat a run.</summary>
internal sealed record AlexNetSettings : RunSettings
{
    public required AlexNetRecipe Recipe { get; init; }
    public required IReadOnlyList<string> Classes { get; init; }
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of the rows as they are stored, with their classes; empty until all are read.</summary>
    public string TrainingData { get; init; } = "";

    /// <summary>The same of the held-out rows; null where there are none.</summary>
    public string? ValidationData { get; init; }

    /// <summary>What pixels in [0, 1] are normalised with, a channel each.</summary>
    public required float[] Mean { get; init; }
    public required float[] Deviation { get; init; }

    protected override IEnumerable<string> MayDiffer =>
    [
        // They decide on nothing else.
        .. Recipe.Schedule == AlexNetSchedule.Plateau || Recipe.EarlyStoppingPatience > 0 ? [] : (string[])[nameof(ValidationData)],
        // One cycle is planned over all epochs.
        .. Recipe.Schedule == AlexNetSchedule.OneCycle ? [] : (string[])[nameof(AlexNetRecipe.Epochs)],
    ];
}

/// <summary>Everything that decides how a network comes out, with what was left unset filled in: part of a run's settings.</summary>
internal sealed record AlexNetRecipe
{
    // ImageNet's, which torchvision's weights were trained behind.
    private static readonly float[] ImageNetMean = [0.485f, 0.456f, 0.406f], ImageNetDeviation = [0.229f, 0.224f, 0.225f];

    private const int CompactEpochs = 15, PaperEpochs = 90;

    public required AlexNetShape Shape { get; init; }

    /// <summary>Height and width that pictures are stored in, and that the pipeline's network takes.</summary>
    public required int ResizeSize { get; init; }
    public required int Epochs { get; init; }
    public required int BatchSize { get; init; }
    public required double LearningRate { get; init; }
    public required AlexNetSchedule Schedule { get; init; }
    public required int Patience { get; init; }
    public required int EarlyStoppingPatience { get; init; }
    public required double Momentum { get; init; }
    public required bool Nesterov { get; init; }
    public required double WeightDecay { get; init; }
    public required double LabelSmoothing { get; init; }
    public required bool BalanceClasses { get; init; }

    /// <summary><c>class: weight</c>, in the order of the classes' names; null where none is named.</summary>
    public IReadOnlyList<string>? ClassWeights { get; init; }
    public required PictureAugmentation Augmentation { get; init; }

    /// <summary>SHA-256 of the file of initial weights; null where they are random.</summary>
    public string? InitialWeights { get; init; }
    public int? TrainedLayers { get; init; }
    public required int Ensemble { get; init; }

    public static AlexNetRecipe For(AlexNetShape shape, AlexNetTrainer.Options options)
    {
        bool compact = shape.Network == AlexNetNetwork.Compact;
        return new()
        {
            Shape = shape,
            ResizeSize = ResizeOf(shape, options.ResizeSize),
            Epochs = options.Epochs > 0 ? options.Epochs : compact ? CompactEpochs : PaperEpochs,
            BatchSize = options.BatchSize ?? 128,
            LearningRate = options.LearningRate ?? (compact ? 0.1 : 0.01),
            Schedule = options.Schedule ?? (compact ? AlexNetSchedule.OneCycle : AlexNetSchedule.Plateau),
            Patience = (options.Schedule ?? (compact ? AlexNetSchedule.OneCycle : AlexNetSchedule.Plateau)) == AlexNetSchedule.Plateau ? options.Patience : 0,
            EarlyStoppingPatience = options.EarlyStoppingPatience,
            Momentum = options.Momentum,
            Nesterov = compact && options.Momentum > 0,
            WeightDecay = options.WeightDecay,
            LabelSmoothing = options.LabelSmoothing,
            BalanceClasses = options.BalanceClasses,
            ClassWeights = options.ClassWeights is { Count: > 0 } weights
                ? [.. weights.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: {pair.Value}"))] : null,
            Augmentation = new()
            {
                Size = shape.Size,
                RandomCrop = options.RandomCrop,
                Padding = options.RandomCrop ? options.CropPadding ?? (compact ? shape.Size / 8 : 0) : 0,
                HorizontalFlip = options.HorizontalFlip,
                ColorNoise = shape.Channels == 1 ? 0 : options.ColorNoise ?? (shape.Network == AlexNetNetwork.Paper ? 0.1 : 0),
            },
            InitialWeights = options.InitialWeights is { } file ? TrainingData.HashOfFile(file) : null,
            TrainedLayers = options.TrainedLayers,
            Ensemble = options.Ensemble,
        };
    }

    /// <summary>
    /// What pixels are normalised with: torchvision's constants for its network; the training pictures' mean and deviation for compact; their mean
    /// alone, in the paper's units of 0 … 255, for the paper's, whose initial weights belong to such.
    /// </summary>
    public (float[] Mean, float[] Deviation) Normalization(ColorComponents? colors) => Shape.Network switch
    {
        AlexNetNetwork.Torchvision when Shape.Channels == 3 => (ImageNetMean, ImageNetDeviation),
        AlexNetNetwork.Paper => (MeanOf(colors), [.. Enumerable.Repeat(1 / 255f, Shape.Channels)]),
        // A set of pictures of one colour must not divide by 0.
        _ => (MeanOf(colors), [.. colors?.Deviation.Select(d => (float)Math.Max(d, 1 / 255.0)) ?? Enumerable.Repeat(0.25f, Shape.Channels)]),
    };

    private float[] MeanOf(ColorComponents? colors) => [.. colors?.Mean.Select(m => (float)m) ?? Enumerable.Repeat(0.5f, Shape.Channels)];

    /// <summary>What pictures are resized to: as it was set, or for 0 the network's own.</summary>
    public static int ResizeOf(AlexNetShape shape, int set) => shape.Network switch
    {
        _ when set > 0 => set,
        AlexNetNetwork.Compact => shape.Size,
        AlexNetNetwork.Paper => (int)Math.Round(shape.Size * 256.0 / 227),
        _ => (int)Math.Round(shape.Size * 256.0 / 224),
    };
}

using System.Globalization;

namespace MLNetGen.AlexNet;

/// <summary>The settings that repeat a run.</summary>
internal sealed record AlexNetSettings : RunSettings
{
    public required AlexNetRecipe Recipe { get; init; }
    public required IReadOnlyList<string> Classes { get; init; }
    public required long TrainingRows { get; init; }

    /// <summary>SHA-256 of the rows as they are stored, with their classes; empty until all are read.</summary>
    public required string TrainingData { get; init; }

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
    public required TrainingPrecision Precision { get; init; }

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
            Precision = options.Precision,
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

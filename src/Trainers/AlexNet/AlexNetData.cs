using System.Globalization;
using Microsoft.ML;

namespace MLNetGen.AlexNet;

/// <summary>What a run learns from.</summary>
internal sealed class AlexNetData(PictureSet train, PictureSet? test, ColorComponents colors, int classCount, float[]? classWeights) : IDisposable
{
    public PictureSet Train { get; } = train;

    /// <summary>Held-out rows; class −1 is one that training never saw.</summary>
    public PictureSet? Test { get; } = test;

    public ColorComponents Colors { get; } = colors;

    public int ClassCount { get; } = classCount;

    public float[]? ClassWeights { get; } = classWeights;

    /// <summary>Begins to read both sets, and waits for as many pictures as the colours are taken from.</summary>
    public static AlexNetData Read(
        MLContext context, IDataView rows, IDataView? heldOut, PictureInput column, ClassLabels labels, AlexNetRecipe recipe, AlexNetTrainer.Options options, TrainingSession session)
    {
        string label = options.LabelColumnName;
        PictureSet Pictures(IDataView view, int? shuffleSeed)
        {
            LabelColumn keys = LabelColumn.Of(view, label);
            return PictureSet.Read(context, keys.Rows, column, cursor => labels.Classes.IndexGetter(cursor, keys), [keys.Column], new PictureSetOptions
            {
                MemoryBudgetBytes = options.MemoryBudget,
                CacheFolder = options.WorkspacePath ?? context.TempFilePath,
                ShuffleSeed = shuffleSeed,
                CancellationToken = options.CancellationToken,
            });
        }
        if (heldOut is not null && !HasLabels(heldOut, labels.Classes, label, session, options.CancellationToken))
            heldOut = null;
        long[] counts = new long[labels.Classes.Count];
        foreach (int row in labels.Rows) counts[row]++;
        float[]? weights = ClassLoss.Weights(labels.Classes.Names, counts, recipe.BalanceClasses, options.ClassWeights);
        PictureSet train = Pictures(rows, session.Seed);
        PictureSet? test = null;
        try
        {
            test = heldOut is null ? null : Pictures(heldOut, null);
            return new AlexNetData(train, test, ColorComponents.Of(train, cancel: options.CancellationToken), labels.Classes.Count, weights);
        }
        catch
        {
            train.Dispose();
            test?.Dispose();
            throw;
        }
    }

    // Whether there is a row to judge; what cannot be judged is said now, and not after an epoch.
    private static bool HasLabels(IDataView heldOut, ClassList classes, string label, TrainingSession session, CancellationToken cancel)
    {
        bool any = ClassLabels.ReadHeldOut(classes, heldOut, label, session, cancel).Rows.Any(known => known >= 0);
        if (!any)
            session.Warning("no held-out row can be judged: training goes on without.");
        return any;
    }

    /// <summary>Says what there is to learn from.</summary>
    public void Describe(TrainingSession session) => session.Info(string.Create(
        CultureInfo.InvariantCulture,
        $"{Train.Count:N0} training rows of {Train.Channels}×{Train.Height}×{Train.Width}, {Test?.Count ?? 0:N0} held out; {session.Precision}, {session.Device}, seed {session.Seed}."));

    public void Dispose()
    {
        Train.Dispose();
        Test?.Dispose();
    }
}

/// <summary>The network and its input, with what was left unset taken from the pictures.</summary>
internal static class AlexNetInput
{
    private const int LargestCompact = 96, SmallestCompact = 32;

    public static (AlexNetRecipe Recipe, PictureInput Column) Decide(MLContext context, IDataView rows, int classes, AlexNetTrainer.Options options, CancellationToken cancel)
    {
        // The first picture's size and whether all are grey, in one look.
        bool sizeMatters = options.Network is null || (options.Network == AlexNetNetwork.Compact && options.ImageSize == 0);
        PictureInput seen = PictureInput.Decide(
            context, rows, options.ImageColumnName, sizeMatters ? 0 : 1, options.InitialWeights is { } weights && options.Channels == 0 ? InitialWeights.ChannelsOf(weights) : options.Channels, options.Resizing,
            largest: int.MaxValue, isFinal: false, cancel: cancel);
        AlexNetNetwork network = options.Network ?? (options.InitialWeights is { } file ? InitialWeights.NetworkOf(file)
            : (options.ImageSize > 0 ? options.ImageSize : seen.Width) <= LargestCompact ? AlexNetNetwork.Compact : AlexNetNetwork.Paper);
        int size = options.ImageSize > 0 ? options.ImageSize
            : network == AlexNetNetwork.Compact ? Math.Clamp(seen.Width, SmallestCompact, LargestCompact)
            : AlexNetShape.DefaultSize(network);
        if (sizeMatters)
            HostLog.Info(context, "Pictures", $"the {network} network on {size}×{size} pixels, as the first picture's smaller side has {seen.Width}.");
        Check(network, size, classes, options);
        AlexNetShape shape = new(network, classes, size, seen.Channels)
        {
            Activation = options.Activation,
            Dropout = options.Dropout,
            LocalResponseNormalization = options.LocalResponseNormalization ?? network == AlexNetNetwork.Paper,
            OverlappingPooling = options.OverlappingPooling,
            SixthConvolution = options.SixthConvolution,
        };
        int stored = AlexNetRecipe.ResizeOf(shape, options.ResizeSize);
        if (options.CropPadding >= stored)
            throw new ArgumentException($"CropPadding is {options.CropPadding}, and pictures of {stored}×{stored} have {stored - 1} pixels to mirror at an edge: set at most that.");
        if (options.TenCrop && stored == size)
            throw new ArgumentException($"TenCrop is set, and ten crops of {size}×{size} from pictures of that size are one: set ResizeSize to more than {size}.");
        return (AlexNetRecipe.For(shape, options), new PictureInput(context, options.ImageColumnName, shape.Channels, stored, stored, options.Resizing));
    }

    private static void Check(AlexNetNetwork network, int size, int classes, AlexNetTrainer.Options options)
    {
        if (size < AlexNetShape.LeastSize(network))
        {
            throw new ArgumentException($"ImageSize is {size}; the {network} network needs at least {AlexNetShape.LeastSize(network)}: set a larger one, or Network to {AlexNetNetwork.Compact}.");
        }
        if (options.ResizeSize > 0 && options.ResizeSize < size)
            throw new ArgumentException($"ResizeSize is {options.ResizeSize}, and the network sees {size} pixels of it: set at least {size}.");
        if (options.LocalResponseNormalization == true && network == AlexNetNetwork.Torchvision)
            throw new ArgumentException($"LocalResponseNormalization is set, and the {network} network has none: leave it unset, or use another network.");
        if (network == AlexNetNetwork.Compact && options.BatchSize == 1)
            throw new ArgumentException($"BatchSize is 1, and the {network} network normalises over the pictures of a batch: set at least 2.");
        if (options.TopK > classes)
            throw new ArgumentException($"TopK is {options.TopK}, and there are {classes} classes: set at most {classes}.");
    }
}

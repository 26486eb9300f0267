using Microsoft.ML;

namespace MLNetGen.AlexNet;

/// <summary>The network and its input, with what was left unset taken from the first pictures.</summary>
internal static class AlexNetInput
{
    private const int LargestCompact = 96, SmallestCompact = 32;

    public static (AlexNetShape Shape, PictureInput Column) Decide(MLContext context, IDataView rows, int classes, AlexNetTrainer.Options options)
    {
        // The first picture's size and whether the first ones are grey, in one look.
        bool sizeMatters = options.Network is null || (options.Network == AlexNetNetwork.Compact && options.ImageSize == 0);
        PictureInput seen = PictureInput.Decide(
            context, rows, options.ImageColumnName, sizeMatters ? 0 : 1, options.InitialWeights is not null && options.Channels == 0 ? 3 : options.Channels, options.Resizing, largest: int.MaxValue);
        AlexNetNetwork network = options.Network ?? (options.InitialWeights is { } file ? InitialWeights.NetworkOf(file)
            : (options.ImageSize > 0 ? options.ImageSize : seen.Width) <= LargestCompact ? AlexNetNetwork.Compact : AlexNetNetwork.Paper);
        int size = options.ImageSize > 0 ? options.ImageSize
            : network == AlexNetNetwork.Compact ? Math.Clamp(seen.Width, SmallestCompact, LargestCompact)
            : AlexNetShape.DefaultSize(network);
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
        return (shape, new PictureInput(context, options.ImageColumnName, shape.Channels, stored, stored, options.Resizing));
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

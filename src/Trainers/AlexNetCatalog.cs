using Microsoft.ML;

namespace MLNetGen;

/// <summary>AlexNet beside ML.NET's own multiclass trainers.</summary>
public static class AlexNetCatalog
{
    /// <summary>Trains an AlexNet with the default network and settings for its pictures.</summary>
    /// <param name="catalog">ML.NET's trainers.</param>
    /// <param name="context">The context: nothing public leads from the catalog to it.</param>
    /// <param name="labelColumnName">A column of keys, text, numbers, truth values, or one-hot vectors.</param>
    /// <param name="imageColumnName">A column of pictures (MLImage).</param>
    /// <param name="network">Null: <see cref="AlexNetNetwork.Compact"/> for pictures of at most 96 pixels, <see cref="AlexNetNetwork.Paper"/> for larger ones.</param>
    public static AlexNetTrainer AlexNet(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        MLContext context,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        AlexNetNetwork? network = null) =>
        catalog.AlexNet(context, new AlexNetTrainer.Options { LabelColumnName = labelColumnName, ImageColumnName = imageColumnName, Network = network });

    /// <summary>Trains an AlexNet.</summary>
    /// <param name="catalog">ML.NET's trainers.</param>
    /// <param name="context">The context: nothing public leads from the catalog to it.</param>
    /// <param name="options">What to learn from, which network, and how.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static AlexNetTrainer AlexNet(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MLContext context, AlexNetTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        return new AlexNetTrainer(context, options);
    }
}

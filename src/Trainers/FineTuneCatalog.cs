using Microsoft.ML;

namespace MLNetGen;

/// <summary>Fine-tuning beside ML.NET's own multiclass trainers.</summary>
public static class FineTuneCatalog
{
    /// <summary>Teaches a trained network other classes, with the default settings.</summary>
    /// <param name="catalog">ML.NET's trainers.</param>
    /// <param name="context">The context: nothing public leads from the catalog to it.</param>
    /// <param name="backbonePath">An ONNX file. Null: ResNet-18 of the package Microsoft.ML.DnnImageFeaturizer.ResNet18, beside the program.</param>
    /// <param name="labelColumnName">A column of keys, text, numbers, truth values, or one-hot vectors.</param>
    /// <param name="imageColumnName">A column of pictures (MLImage).</param>
    /// <param name="frozen">Whether the backbone stays as it is: seconds instead of minutes.</param>
    public static FineTuneTrainer FineTune(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        MLContext context,
        string? backbonePath = null,
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        bool frozen = false) =>
        catalog.FineTune(context, new FineTuneTrainer.Options { BackbonePath = backbonePath, LabelColumnName = labelColumnName, ImageColumnName = imageColumnName, Frozen = frozen });

    /// <summary>Teaches a trained network other classes.</summary>
    /// <param name="catalog">ML.NET's trainers.</param>
    /// <param name="context">The context: nothing public leads from the catalog to it.</param>
    /// <param name="options">What to learn from, which backbone, and how.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static FineTuneTrainer FineTune(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MLContext context, FineTuneTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        return new FineTuneTrainer(context, options);
    }
}

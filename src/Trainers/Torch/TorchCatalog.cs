using Microsoft.ML;

namespace MLNetGen;

/// <summary>Networks of one's own as ML.NET components: <c>ml.Torch</c>.</summary>
public sealed class TorchCatalog
{
    private readonly MLContext context;

    internal TorchCatalog(MLContext context) => this.context = context;

    /// <summary>Trains a network of your own on a column, with the default settings.</summary>
    /// <param name="task">Makes the task: the network and its loss. Called once a <c>Fit</c>, after torch's generator was seeded.</param>
    /// <param name="inputColumnName">A column of pictures (MLImage), or of vectors of Single of one known size.</param>
    /// <param name="outputColumnName">The column that the transformer adds.</param>
    /// <param name="labelColumnName">A column that the task learns to tell; null for none.</param>
    /// <param name="output">What the added column is.</param>
    /// <param name="epochs">Passes over the training rows; at least 1.</param>
    public TorchEstimator Estimator(
        Func<TrainingTask> task, string inputColumnName = "Image", string outputColumnName = "Output", string? labelColumnName = null, TorchOutput output = TorchOutput.Vector, int epochs = 20)
    {
        ArgumentNullException.ThrowIfNull(task);
        return Estimator(_ => task(), new() { InputColumnName = inputColumnName, OutputColumnName = outputColumnName, LabelColumnName = labelColumnName, Output = output, Epochs = epochs });
    }

    /// <summary>Trains a network of your own.</summary>
    /// <param name="task">Makes the task from the shape of one row: [channels, height, width], or [length]. Called once a <c>Fit</c>, after torch's generator was seeded.</param>
    /// <param name="options">Columns and settings.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public TorchEstimator Estimator(Func<long[], TrainingTask> task, TorchEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(options);
        return new TorchEstimator(context, task, options);
    }
}

/// <summary>Puts <c>ml.Torch</c> into <see cref="MLContext"/>.</summary>
public static class TorchCatalogExtensions
{
    extension(MLContext context)
    {
        /// <summary>Networks of one's own as ML.NET components.</summary>
        public TorchCatalog Torch => new(context);
    }
}

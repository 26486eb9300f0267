using Microsoft.ML;
using MLNetGen.Style;

namespace MLNetGen;

/// <summary>Style transfer in <c>mlContext.Generative</c>.</summary>
public static class StyleTransferCatalog
{
    /// <summary>A network that repaints pictures in the style of a painting, with the default settings.</summary>
    /// <param name="catalog">The generative catalog.</param>
    /// <param name="outputColumnName">The column of repainted pictures to add.</param>
    /// <param name="inputColumnName">The column of pictures (MLImage).</param>
    /// <param name="stylePicture">The painting's file.</param>
    public static StyleTransferTrainer StyleTransfer(this GenerativeCatalog catalog, string outputColumnName, string inputColumnName, string stylePicture) =>
        catalog.StyleTransfer(new StyleTransferTrainer.Options { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, StylePictures = [stylePicture] });

    /// <summary>A network that repaints pictures in the style of one painting or several.</summary>
    /// <param name="catalog">The generative catalog.</param>
    /// <param name="options">Which paintings, which networks, and how to train.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static StyleTransferTrainer StyleTransfer(this GenerativeCatalog catalog, StyleTransferTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new StyleTransferTrainer(catalog.Context, options);
    }

    /// <summary>Paints photographs with the network of a run, and says what the loss that taught it makes of them: the figures that training gives of its test pictures.</summary>
    /// <param name="catalog">The generative catalog.</param>
    /// <param name="folder">The run's, with <c>style.onnx</c>, <c>run.json</c> and <c>samples</c>.</param>
    /// <param name="photographs">Rows with a column of pictures; their <c>Path</c> names them, where there is one. Longer sides than twice those of training pictures are shrunk.</param>
    /// <param name="lossNetwork">What judged in training, as <see cref="StyleTransferTrainer.Options.LossNetwork"/> named it.</param>
    /// <param name="maximumRowCount">So many of them, evenly spread.</param>
    /// <param name="inputColumnName">The column of pictures.</param>
    /// <param name="cancellationToken">Stops between two pictures.</param>
    /// <exception cref="ArgumentException">All photographs are too small, or the loss network is another than the run's.</exception>
    /// <exception cref="FileNotFoundException">A file of the run is missing.</exception>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static StyleMetrics EvaluateStyle(
        this GenerativeCatalog catalog, string folder, IDataView photographs, string? lossNetwork = null, int maximumRowCount = 16, string inputColumnName = "Image", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(photographs);
        return StyleEvaluation.Of(catalog.Context, folder, photographs, inputColumnName, lossNetwork, maximumRowCount, cancellationToken);
    }
}

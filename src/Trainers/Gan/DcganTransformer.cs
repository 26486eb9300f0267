using Microsoft.ML;
using MLNetGen.Gan;

namespace MLNetGen;

/// <summary>
/// A trained DCGAN. <see cref="OnnxChainTransformer.Transform"/> adds <c>Realness</c> to rows of pictures: the discriminator's probability that
/// each is real, a vector of one. <see cref="Generator"/> makes pictures of latent vectors.
/// </summary>
/// <remarks>
/// Both are chains of ML.NET's own transformers around ONNX models: <c>mlContext.Model.Save</c> of this writes the first, of
/// <see cref="Generator"/> the second, and either loads where this library is not installed.
/// Dispose it when done: it owns its ONNX sessions and their files.
/// <see cref="OnnxChainTransformer.SaveOnnx"/> writes <c>generator.onnx</c> (Latent → pixels) and <c>discriminator.onnx</c> (pixels → Realness) for any
/// ONNX consumer. Pixels are float32 [N, channels, H, W] in [0, 1]; the file's metadata says how z is distributed.
/// </remarks>
public sealed class DcganTransformer : OnnxChainTransformer
{
    private readonly DcganOnnxFiles files;
    private readonly MLContext context;
    private readonly PictureInput column;

    internal DcganTransformer(MLContext context, PictureInput column, DcganOnnxFiles files, DataViewSchema input, GanHistory history, int threads)
        : base(files.Judge(context, column, input, threads), files, history)
    {
        this.context = context;
        this.column = column;
        this.files = files;
        GanRecipe recipe = history.Settings.Recipe;
        Generator = new DcganGenerator(files.Draw(context, threads), recipe.Shape.LatentDimension, recipe.Shape.Classes, recipe.Averaged, files);
        History = history;
    }

    /// <summary><c>Latent</c>, standard normal (<see cref="GenerativeCatalog.SampleLatent"/>), to <c>Image</c>.</summary>
    public DcganGenerator Generator { get; }

    /// <summary>Length of a latent vector.</summary>
    public int LatentDimension => Generator.LatentDimension;

    /// <summary>The labels of the training rows in their order, whose indices <see cref="Generator"/> takes; none where no label column was given.</summary>
    public IReadOnlyList<string> ClassNames => History.Settings.Recipe.ClassNames;

    /// <summary>The training run's averages at every checkpoint.</summary>
    public IReadOnlyList<DcganAverages> Averages => History.Averages;

    /// <summary>How near the made pictures came to <see cref="TrainingOptions.ValidationSet"/>, from step to step; empty where that was not given.</summary>
    public IReadOnlyList<DcganQuality> Quality => History.Quality;

    /// <summary>Signs of a training that no longer learns, as they were seen.</summary>
    public IReadOnlyList<string> Warnings => History.Warnings;

    /// <summary>The greatest difference between an ONNX file and its trained network, by absolute value.</summary>
    public double OnnxParity => files.Parity;

    internal GanHistory History { get; }

    // What judged the made pictures while they were learnt.
    internal (FeatureExtractor Extractor, bool Owned)? Judge { get; set; }

    /// <summary>
    /// Judges the exported generator by real pictures, as <see cref="Quality"/> was but by more of them: with the same features, and as many made
    /// pictures as there are rows; of 20 rows or more by a fresh classifier too (<see cref="GenerativeMetrics.TwoSample"/>).
    /// </summary>
    /// <param name="rows">Rows like the training rows, that were not among them; at most 1,024 are looked at, twice ResNet-18's features.</param>
    /// <exception cref="InvalidOperationException">The run had no <see cref="TrainingOptions.ValidationSet"/>, and so no features.</exception>
    /// <exception cref="ArgumentException">There are too few rows, or they have no such column.</exception>
    public GenerativeMetrics Evaluate(IDataView rows)
    {
        if (Judge is not { Extractor: var extractor })
            throw new InvalidOperationException("this run judged nothing: set ValidationSet, or use ml.Generative.Evaluate with a FeatureExtractor.");
        return GanEvaluator.Judge(context, rows, column, extractor, Generator);
    }

    /// <summary>
    /// Writes what tells of the run: <c>metrics.json</c>, <c>run.json</c> and <c>report.html</c>, the last with the
    /// pictures that training left in <paramref name="folder"/> (<see cref="TrainingOptions.WorkspacePath"/>).
    /// </summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="test">What <c>ml.Generative.Evaluate</c> said of the exported generator and held-out rows; null leaves it out.</param>
    /// <param name="commandLine">The command that repeats the run, if it was one.</param>
    public void SaveReport(string folder, GenerativeMetrics? test = null, IReadOnlyList<string>? commandLine = null) =>
        GanReport.Write(folder, History, files, test, commandLine);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // The files are deleted, or not, with this one's.
            ((IDisposable)Generator).Dispose();
            if (Judge is { Owned: true, Extractor: var extractor })
                extractor.Dispose();
        }

        base.Dispose(disposing);
    }
}

using Microsoft.ML;
using MLNetGen.Evaluation;
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
public sealed class DcganTransformer : OnnxChainTransformer<DcganAverages, GenerativeMetrics>
{
    private readonly GanCourse course;

    internal DcganTransformer(MLContext context, PictureInput column, OnnxFiles files, DataViewSchema input, GanHistory history, GanCourse course, int threads)
        : base(DcganPipeline.Judge(context, files, column, input, threads), files, history, history.Epochs)
    {
        this.course = course;
        GanRecipe recipe = history.Settings.Recipe;
        Generator = new DcganGenerator(DcganPipeline.Draw(context, files, recipe, threads), recipe.Shape.LatentDimension, recipe.Shape.Classes, recipe.Averaged, files);
        History = history;
    }

    /// <summary><c>Latent</c>, standard normal (<see cref="GenerativeCatalog.SampleLatent"/>), to <c>Image</c>.</summary>
    public DcganGenerator Generator { get; }

    /// <summary>Length of a latent vector.</summary>
    public int LatentDimension => Generator.LatentDimension;

    /// <summary>The labels of the training rows in their order, whose indices <see cref="Generator"/> takes; none where no label column was given.</summary>
    public IReadOnlyList<string> ClassNames => History.Settings.Recipe.ClassNames;

    /// <summary>The training run's averages at every checkpoint.</summary>
    public IReadOnlyList<DcganAverages> Averages => Epochs;

    /// <summary>How near the made pictures came to <see cref="TrainingOptions.ValidationSet"/>, from step to step; empty where that was not given.</summary>
    public IReadOnlyList<DcganQuality> Quality => course.Quality;

    /// <summary>Signs of a training that no longer learns, as they were seen.</summary>
    public IReadOnlyList<string> Warnings => History.Warnings;

    /// <summary>The greatest difference between an ONNX file and its trained network, by absolute value.</summary>
    public double OnnxParity => DcganPipeline.ParityOf(Files!);

    internal GanHistory History { get; }

    // What judged the made pictures while they were learnt.
    internal PictureJudge? Judge { get; init; }

    /// <summary>
    /// Judges the exported generator by real pictures, as <see cref="Quality"/> was but by more of them: with the same features, and as many made
    /// pictures as there are rows; of 20 rows or more by a fresh classifier too (<see cref="GenerativeMetrics.TwoSample"/>).
    /// </summary>
    /// <param name="rows">Rows like the training rows, that were not among them; at most 1,024 are looked at, twice ResNet-18's features.</param>
    /// <exception cref="InvalidOperationException">The run had no <see cref="TrainingOptions.ValidationSet"/>, and so no features.</exception>
    /// <exception cref="ArgumentException">There are too few rows, or they have no such column.</exception>
    public GenerativeMetrics Evaluate(IDataView rows) => Judge is { } judge ? judge.Judge(rows, Generator, DcganColumns.Image, LatentDimension, Generator.ClassCount)
        : throw new InvalidOperationException("this run judged nothing: set ValidationSet, or use ml.Generative.Evaluate with a FeatureExtractor.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // The files are deleted, or not, with this one's.
            ((IDisposable)Generator).Dispose();
            Judge?.Dispose();
        }

        base.Dispose(disposing);
    }

    private protected override void WriteReport(string folder, GenerativeMetrics? test, IReadOnlyList<string>? commandLine) =>
        GanReport.Write(folder, History, course, Files!, test, commandLine);
}

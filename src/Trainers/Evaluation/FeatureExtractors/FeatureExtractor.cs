using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Evaluation;

namespace MLNetGen;

/// <summary>
/// An ONNX model that turns pictures into features, by which <c>ml.Generative.Evaluate</c> compares them. Save one, and use it
/// for every figure that is to compare: a classifier that was trained again is another extractor.
/// </summary>
/// <remarks>Scoring runs through ML.NET's own transformers. Dispose it when done: it owns ONNX sessions and may own a temporary file.</remarks>
public sealed class FeatureExtractor : IDisposable
{
    /// <summary>The column that <see cref="Transform"/> adds.</summary>
    public const string FeaturesColumnName = "Features";

    /// <summary>Features of a <see cref="Classifier"/> and of <see cref="RandomProjections"/>.</summary>
    public const int OwnFeatureCount = 64;

    // Rows per class from which on a classifier is the default.
    private const int RowsPerClass = 10;

    private readonly MLContext context;
    private readonly ExtractorModel model;
    private readonly IDisposable? owned;
    private readonly List<ITransformer> sessions = [];

    internal FeatureExtractor(MLContext context, ExtractorModel model, IDisposable? owned)
    {
        this.context = context;
        this.model = model;
        this.owned = owned;
    }

    /// <summary>What it is, in words: kind, how good, trained on what.</summary>
    public string Description => model.Description;

    /// <summary>Features a picture.</summary>
    public int FeatureCount => model.FeatureCount;

    /// <summary>The classes it knows, where it is a classifier of this library; otherwise none.</summary>
    public IReadOnlyList<string> Classes => model.Classes;

    /// <summary>Share of the held-out tenth that the classifier names rightly, 0 to 1; null for another extractor.</summary>
    public double? Accuracy => model.Accuracy;

    internal string? ProbabilitiesColumnName => model.Classes.Count > 0 && model.Output != ExtractorModel.Probabilities ? ExtractorModel.Probabilities : null;

    /// <summary>Any ONNX model with pictures as input: one that <see cref="Save"/> wrote, or an Inception network.</summary>
    /// <param name="context">The context to score in.</param>
    /// <param name="path">The file; it must stay where it is.</param>
    /// <param name="inputName">Its input, float32 [N, channels, height, width], red first. Null: its only one.</param>
    /// <param name="outputName">The features. Null: <c>Features</c> if it is there, else the only output.</param>
    /// <param name="pixelScale">The model gets (pixel − <paramref name="pixelOffset"/>) · <paramref name="pixelScale"/>, pixels being 0 to 255. Default: 0 to 1.</param>
    /// <param name="pixelOffset">See <paramref name="pixelScale"/>: 127.5 and 1/127.5 give −1 to 1.</param>
    /// <param name="imageSize">Height and width where the file leaves them open; 0 where it says them. Pictures are resized to it, cropped to a square.</param>
    /// <exception cref="ArgumentException">The file has no such input or output, or leaves a size open.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FeatureExtractor FromOnnx(
        MLContext context, string path, string? inputName = null, string? outputName = null, float pixelScale = 1 / 255f, float pixelOffset = 0, int imageSize = 0)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(context, ExtractorModel.Read(path, inputName, outputName, pixelScale, pixelOffset, imageSize), owned: null);
    }

    /// <summary>
    /// A small convolutional classifier, trained now on nine tenths of the rows; its features are the 64 values before
    /// the last layer. Every extractor of this kind also recognises classes: <see cref="GenerativeMetrics.Classes"/>.
    /// </summary>
    /// <param name="context">The context to score in, and whose log hears of the training.</param>
    /// <param name="rows">Real pictures with labels: those that the generator was trained on.</param>
    /// <param name="imageColumnName">A column of pictures (MLImage).</param>
    /// <param name="labelColumnName">Text, numbers, keys, or one-hot vectors; at least two classes.</param>
    /// <param name="seed">The same seed, rows, machine and thread count give the same extractor.</param>
    /// <param name="imageSize">
    /// Height and width that pictures are resized to, 8 or more: the generator's, so that real pictures lose what they lost when it was
    /// trained, and generated ones nothing. 0: the smaller side of the first picture, at most 64.
    /// </param>
    /// <exception cref="ArgumentException">A column is absent or of another type, or there are fewer than two classes or 20 rows.</exception>
    public static FeatureExtractor Classifier(
        MLContext context, IDataView rows, string imageColumnName = "Image", string labelColumnName = "Label", int seed = 1, int imageSize = 0)
    {
        Check(context, rows, imageSize);
        return Own(context, path => ClassifierTraining.Write(context, rows, imageColumnName, labelColumnName, seed, imageSize, path));
    }

    /// <summary>
    /// Fixed random filters at several scales, averaged over the whole picture and over its halves and quarters, and a fixed
    /// random projection to 64 features, each with mean 0 and deviation 1 over the rows. Sees colour, texture and
    /// layout; knows no objects. Random filters tell distributions apart: Saxe et al. 2011, ICML; Naeem et al. 2020, section 4.
    /// </summary>
    /// <param name="context">The context to score in.</param>
    /// <param name="rows">Real pictures: those that the generator was trained on. At most 5,000 of them are looked at.</param>
    /// <param name="imageColumnName">A column of pictures (MLImage).</param>
    /// <param name="seed">The same seed and rows give the same extractor.</param>
    /// <param name="imageSize">As of <see cref="Classifier"/>.</param>
    /// <exception cref="ArgumentException">The column is absent or of another type, or there are fewer than two rows.</exception>
    public static FeatureExtractor RandomProjections(MLContext context, IDataView rows, string imageColumnName = "Image", int seed = 1, int imageSize = 0)
    {
        Check(context, rows, imageSize);
        return Own(context, path => RandomProjectionFitting.Write(context, rows, imageColumnName, seed, imageSize, path));
    }

    /// <summary>
    /// What is used where nothing is chosen: a <see cref="Classifier"/> where <paramref name="labelColumnName"/> has two or
    /// more classes (and ten rows for each on average), otherwise <see cref="RandomProjections"/>.
    /// </summary>
    /// <param name="context">The context to score in.</param>
    /// <param name="rows">Real pictures: those that the generator was trained on.</param>
    /// <param name="imageColumnName">A column of pictures (MLImage).</param>
    /// <param name="labelColumnName">A column that need not be there.</param>
    /// <param name="seed">Seeds either.</param>
    /// <param name="imageSize">As of <see cref="Classifier"/>.</param>
    public static FeatureExtractor Default(
        MLContext context, IDataView rows, string imageColumnName = "Image", string labelColumnName = "Label", int seed = 1, int imageSize = 0)
    {
        Check(context, rows, imageSize);
        if (rows.Schema.GetColumnOrNull(labelColumnName) is not null)
        {
            ClassLabels labels = ClassLabels.Read(rows, labelColumnName, CancellationToken.None, onlyUsed: true, allowMissing: true);
            int classes = labels.Classes.Count;
            if (classes >= 2 && !labels.Rows.Contains(ClassLabels.Missing) && labels.Rows.Length >= Math.Max(ClassifierTraining.MinRows, RowsPerClass * classes))
                return Classifier(context, rows, imageColumnName, labelColumnName, seed, imageSize);
        }
        return RandomProjections(context, rows, imageColumnName, seed, imageSize);
    }

    /// <summary>Adds <c>Features</c> to rows of pictures, and <c>Probabilities</c> by class where it is a classifier.</summary>
    /// <param name="rows">Rows with pictures of any size.</param>
    /// <param name="imageColumnName">A column of pictures (MLImage).</param>
    /// <exception cref="ArgumentException">The column is absent or of another type.</exception>
    public IDataView Transform(IDataView rows, string imageColumnName = "Image")
    {
        ITransformer transformer = ToTransformer(rows, imageColumnName);
        lock (sessions)
            sessions.Add(transformer);
        return transformer.Transform(new PictureShield([imageColumnName]).Over(rows));
    }

    /// <summary>The same, once: the caller disposes what scores.</summary>
    internal ITransformer ToTransformer(IDataView rows, string imageColumnName)
    {
        ArgumentNullException.ThrowIfNull(rows);
        PictureColumn.Check(rows, imageColumnName);
        foreach (string name in (string[])[model.Input, model.Output, FeaturesColumnName])
        {
            if (rows.Schema.GetColumnOrNull(name) is not null)
                throw new ArgumentException($"the rows have a column '{name}', which features are extracted under: rename it, or leave it out.");
        }
        PictureInput column = new(context, imageColumnName, model.Channels, model.Height, model.Width, ImageResizingEstimator.ResizingKind.IsoCrop, model.PixelScale, model.PixelOffset);
        string[] outputs = ProbabilitiesColumnName is { } probabilities ? [model.Output, probabilities] : [model.Output];
        IEstimator<ITransformer> chain = column.ToPixels()
            .Append(context.Transforms.CopyColumns(model.Input, NetworkInput.Pixels))
            .Append(OnnxStage.Of(context, model.Path, [model.Input], outputs, threads: 1));
        string[] dropped = [.. column.Intermediate, model.Input];
        if (model.Output != FeaturesColumnName)
        {
            chain = chain.Append(context.Transforms.CopyColumns(FeaturesColumnName, model.Output));
            dropped = [.. dropped, model.Output];
        }
        return chain.Append(context.Transforms.DropColumns(dropped)).Fit(new EmptyView(rows.Schema));
    }

    /// <summary>Writes the ONNX file, to be loaded again with <see cref="FromOnnx"/>.</summary>
    /// <param name="path">The file; missing folders are made.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeFile.WriteAllBytes(path, File.ReadAllBytes(model.Path));
    }

    /// <summary>Closes the ONNX sessions and deletes the temporary file.</summary>
    public void Dispose()
    {
        foreach (ITransformer session in sessions) ChainParts.Dispose(session);
        sessions.Clear();
        owned?.Dispose();
    }

    private static void Check(MLContext context, IDataView rows, int imageSize)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(rows);
        if (imageSize != 0)
            OptionCheck.AtLeast(nameof(imageSize), imageSize, RandomFilters.MinSize);
    }

    private static FeatureExtractor Own(MLContext context, Action<string> write)
    {
        TemporaryFolder folder = new(context.TempFilePath);
        try
        {
            string path = folder.File("features.onnx");
            write(path);
            return new(context, ExtractorModel.Read(path), folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }
}

using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Evaluation;

namespace MLNetGen;

/// <summary>
/// An ONNX model that turns pictures into features, by which <c>ml.Generative.Evaluate</c> compares them. Save one, and use it
/// for every figure that is to compare: a classifier that was trained again is another extractor.
/// </summary>
/// <remarks>Dispose it when done: it owns an ONNX session and may own a temporary file.</remarks>
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
    private readonly Lock owner = new();
    private readonly FeatureExtractor? recognizer;
    private ExtractorSession? session;
    private bool isDisposed;

    // The recognizer is disposed of with this one.
    private FeatureExtractor(MLContext context, ExtractorModel model, IDisposable? owned, FeatureExtractor? recognizer = null) =>
        (this.context, this.model, this.owned, this.recognizer) = (context, model, owned, recognizer);

    /// <summary>What it is, in words: kind, how good, trained on what.</summary>
    public string Description => model.Description;

    /// <summary>Features a picture.</summary>
    public int FeatureCount => model.FeatureCount;

    /// <summary>The beginning of the file's SHA-256, 12 hexadecimal digits; of <see cref="ResNet18"/>, of the package's file.</summary>
    public string Hash => model.Hash;

    /// <summary>The classes it knows, where it is a classifier of this library or has one beside it (<see cref="Default"/>); otherwise none.</summary>
    public IReadOnlyList<string> Classes => recognizer?.Classes ?? model.Classes;

    /// <summary>Share of the held-out tenth that the classifier names rightly, 0 to 1; null where there is none.</summary>
    public double? Accuracy => recognizer?.Accuracy ?? model.Accuracy;

    /// <summary>Why its figures say less than one may think; null where nothing is known.</summary>
    internal string? Caveat => model.Caveat;

    /// <summary>The columns that <see cref="Transform"/> adds.</summary>
    internal string[] ColumnNames => ProbabilitiesColumnName is { } probabilities ? [FeaturesColumnName, probabilities] : [FeaturesColumnName];

    internal string? ProbabilitiesColumnName => Classes.Count > 0 && model.Output != ExtractorModel.Probabilities ? ExtractorModel.Probabilities : null;

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
    /// ResNet-18 trained on ImageNet (He et al. 2016, arXiv:1512.03385), of ML.NET's package Microsoft.ML.DnnImageFeaturizer.ResNet18: the 512 averages of its last maps, which know
    /// textures, parts and objects. The program's project refers to that package, whose build copies the files beside the program.
    /// </summary>
    /// <param name="context">The context to score in.</param>
    /// <param name="imageSize">
    /// Height and width that pictures are resized to before they are enlarged to the network's 224: a generator's size, as of <see cref="Classifier"/>. 0: from their own size, smoothly.
    /// </param>
    /// <param name="path">The package's file ResNet18.onnx, in its folders: ResNetPreprocess.onnx is read too. Null: beside the program.</param>
    /// <exception cref="FileNotFoundException">The files are not there.</exception>
    public static FeatureExtractor ResNet18(MLContext context, int imageSize = 0, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        CheckSize(imageSize);
        string file = path ?? ResNet18File.Find() ?? throw new FileNotFoundException(
            $"ResNet-18's file is not there: add the package {ResNet18File.Package} to the program's project, whose build copies it to '{ResNet18File.Folder}'.");
        return OfFile(context, file, imageSize, recognizer: null);
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
    /// What is used where nothing is chosen: <see cref="ResNet18"/> where its files are beside the program. A <see cref="Classifier"/> where <paramref name="labelColumnName"/> has two or
    /// more classes (and ten rows for each on average): beside ResNet-18 it tells the classes alone, without ResNet-18 it gives the features too; without either,
    /// <see cref="RandomProjections"/>, whose figures do not tell noise from pictures.
    /// </summary>
    /// <param name="context">The context to score in.</param>
    /// <param name="rows">Real pictures: those that the generator was trained on.</param>
    /// <param name="imageColumnName">A column of pictures (MLImage).</param>
    /// <param name="labelColumnName">A column that need not be there.</param>
    /// <param name="seed">Seeds the classifier and the random projections.</param>
    /// <param name="imageSize">As of <see cref="Classifier"/>, and 0 as of the one that is used.</param>
    public static FeatureExtractor Default(
        MLContext context, IDataView rows, string imageColumnName = "Image", string labelColumnName = "Label", int seed = 1, int imageSize = 0) =>
        ChooseDefault(context, rows, ResNet18File.Find(), imageColumnName, labelColumnName, seed, imageSize);

    /// <summary>The same with the file of ResNet-18 that is given; null: there is none.</summary>
    internal static FeatureExtractor ChooseDefault(
        MLContext context, IDataView rows, string? resNet18, string imageColumnName = "Image", string labelColumnName = "Label", int seed = 1, int imageSize = 0)
    {
        Check(context, rows, imageSize);
        FeatureExtractor? classifier = AreEnough(rows, labelColumnName) ? Classifier(context, rows, imageColumnName, labelColumnName, seed, imageSize) : null;
        return resNet18 is not null ? OfFile(context, resNet18, imageSize, classifier) : classifier ?? RandomProjections(context, rows, imageColumnName, seed, imageSize);
    }

    /// <summary>
    /// Adds <c>Features</c> to rows of pictures, and <c>Probabilities</c> by class where it knows classes: some rows at a time, when a row's are asked for. A long reading tells
    /// <c>MLContext.Log</c> how far it is.
    /// </summary>
    /// <param name="rows">Rows with pictures of any size, which give the same pictures at every reading; they cannot be shuffled afterwards.</param>
    /// <param name="imageColumnName">A column of pictures (MLImage).</param>
    /// <exception cref="ArgumentException">The column is absent or of another type.</exception>
    public IDataView Transform(IDataView rows, string imageColumnName = "Image")
    {
        ArgumentNullException.ThrowIfNull(rows);
        PictureColumn.Check(rows, imageColumnName);
        foreach (string name in ColumnNames)
        {
            if (rows.Schema.GetColumnOrNull(name) is not null)
                throw new ArgumentException($"the rows have a column '{name}', which features are extracted under: rename it, or leave it out.");
        }
        ExtractedColumn features = new(FeaturesColumnName, model.Output, model.FeatureCount);
        if (recognizer is null)
            return Extract(rows, imageColumnName, ProbabilitiesColumnName is null ? [features] : [features, ProbabilitiesOf(model)]);
        return recognizer.Extract(Extract(rows, imageColumnName, [features]), imageColumnName, [ProbabilitiesOf(recognizer.model)]);
    }

    /// <summary>Writes the ONNX file of the features, to be loaded again with <see cref="FromOnnx"/>; a classifier beside ResNet-18 is not in it.</summary>
    /// <param name="path">The file; missing folders are made.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeFile.WriteAllBytes(path, File.ReadAllBytes(model.Path));
    }

    /// <summary>Closes the ONNX session and deletes the temporary file: rows that it transformed then give no more features.</summary>
    public void Dispose()
    {
        lock (owner)
        {
            isDisposed = true;
            session?.Dispose();
            session = null;
        }
        recognizer?.Dispose();
        owned?.Dispose();
    }

    private static ExtractedColumn ProbabilitiesOf(ExtractorModel model) => new(ExtractorModel.Probabilities, ExtractorModel.Probabilities, model.Classes.Count);

    private ExtractedRows Extract(IDataView rows, string imageColumnName, IReadOnlyList<ExtractedColumn> columns)
    {
        IDataView shielded = new PictureShield([imageColumnName], areNeeded: true).Over(rows);
        if (model.IsSmooth)
            shielded = new PictureMapTransformer(imageColumnName, imageColumnName, picture => PictureResize.ToCover(picture, model.Width, model.Height)).Transform(shielded);
        PictureInput column = new(context, imageColumnName, model.Channels, model.Height, model.Width, ImageResizingEstimator.ResizingKind.IsoCrop, model.PixelScale, model.PixelOffset);
        return new(context, rows, column.ToPixels().Fit(new EmptyView(shielded.Schema)).Transform(shielded), Session, columns);
    }

    private ExtractorSession Session()
    {
        lock (owner)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return session ??= new(context, model);
        }
    }

    private static void Check(MLContext context, IDataView rows, int imageSize)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(rows);
        CheckSize(imageSize);
    }

    private static void CheckSize(int imageSize)
    {
        if (imageSize != 0)
            OptionCheck.AtLeast(nameof(imageSize), imageSize, RandomFilters.MinSize);
    }

    private static bool AreEnough(IDataView rows, string labelColumnName)
    {
        if (rows.Schema.GetColumnOrNull(labelColumnName) is null)
            return false;
        ClassLabels labels = ClassLabels.Read(rows, labelColumnName, CancellationToken.None, onlyUsed: true, allowMissing: true);
        int classes = labels.Classes.Count;
        return classes >= 2 && !labels.Rows.Contains(ClassLabels.Missing) && labels.Rows.Length >= Math.Max(ClassifierTraining.MinRows, RowsPerClass * classes);
    }

    private static FeatureExtractor OfFile(MLContext context, string file, int imageSize, FeatureExtractor? recognizer) =>
        Own(context, path => ResNet18Graph.Write(file, imageSize, path), recognizer);

    private static FeatureExtractor Own(MLContext context, Action<string> write, FeatureExtractor? recognizer = null)
    {
        TemporaryFolder folder = new(context.TempFilePath);
        try
        {
            string path = folder.File("features.onnx");
            write(path);
            return new(context, ExtractorModel.Read(path), folder, recognizer);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Export;
using MLNetGen.SuperResolution;

namespace MLNetGen;

/// <summary>A trained super-resolution network: <see cref="Transform"/> adds a column of pictures <see cref="Factor"/> times as wide and high.</summary>
/// <remarks>
/// Pictures may be of any size, and are enlarged when a row is read, in ONNX Runtime, large ones in tiles without seams; from several threads and cursors at once too. ML.NET's own transformers take one known size: <see cref="ToFixedSize"/> gives a chain of them,
/// which <c>mlContext.Model.Save</c> writes. Dispose it when done: it owns its ONNX sessions and, where it was trained, the files.
/// </remarks>
public sealed class SuperResolutionTransformer : ITransformer, ICanSaveModel, IDisposable
{
    // Of the enlarged picture; 64 channels of it are 150 MB.
    private const int TileSize = 768;

    private readonly MLContext context;
    private readonly string pixels;
    private readonly SuperResolutionOnnxFiles? files;
    private readonly Lazy<TiledOnnxNetwork> tiles;
    private readonly PictureSession session;
    private readonly PictureMapTransformer map;
    private readonly string inputColumnName;
    private readonly string outputColumnName;
    private readonly int threads;

    internal SuperResolutionTransformer(
        MLContext context, string pixels, int factor, PictureSession session, string inputColumnName, string outputColumnName, int threads, SuperResolutionOnnxFiles? files = null, SuperResolutionHistory? history = null)
    {
        this.context = context;
        this.pixels = pixels;
        this.files = files;
        Factor = factor;
        this.session = session;
        this.inputColumnName = inputColumnName;
        this.outputColumnName = outputColumnName;
        this.threads = threads;
        History = history;
        tiles = new Lazy<TiledOnnxNetwork>(() => new TiledOnnxNetwork(pixels, new TilingOptions { TileSize = TileSize / factor, Threads = threads, GpuDeviceId = ContextGpu.Find(context, out _) }));
        map = new PictureMapTransformer(outputColumnName, inputColumnName, picture => Upscale(picture));
    }

    /// <summary>How many times as wide and high pictures become.</summary>
    public int Factor { get; }

    /// <summary>The training run's epochs; empty for a model that was loaded.</summary>
    public IReadOnlyList<SuperResolutionEpoch> Epochs => History?.Epochs ?? [];

    /// <summary>Why training ended before its last epoch, such as a loss that became NaN; null where it did not.</summary>
    public string? Stopped => History?.Stopped;

    /// <summary>
    /// How far <c>upscaler.onnx</c> is from the trained module: largest absolute difference, in levels of 255. Null for a model that was loaded.
    /// </summary>
    public double? OnnxParity => files?.Parity;

    bool ITransformer.IsRowToRowMapper => map.IsRowToRowMapper;

    internal SuperResolutionHistory? History { get; }

    /// <summary>Finds the network in a chain that it was just trained in. A network from a file is opened by <see cref="Load"/>.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The chain.</param>
    /// <exception cref="ArgumentException">There is none in it.</exception>
    public static SuperResolutionTransformer FromModel(MLContext context, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ChainParts.Trained<SuperResolutionTransformer>(model)
            ?? throw new ArgumentException($"there is no trained super-resolution network in this model. What {nameof(ToFixedSize)} gave and Model.Load gives back enlarges as it is; {nameof(Load)} takes the network's file.", nameof(model));
    }

    /// <summary>A network that <see cref="SaveOnnx"/> wrote.</summary>
    /// <param name="context">The context; it names the GPU to use, if any.</param>
    /// <param name="path"><c>upscaler-uint8.onnx</c>, or the folder that it is in; the file must stay while <see cref="ToFixedSize"/>'s chains are saved.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of pictures to enlarge.</param>
    /// <param name="numberOfThreads">Processor cores to use; 0 for all.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is another network.</exception>
    /// <exception cref="InvalidOperationException">The context names a GPU that is not there, and does not fall back.</exception>
    public static SuperResolutionTransformer Load(MLContext context, string path, string outputColumnName = "Upscaled", string inputColumnName = "Image", int numberOfThreads = 0)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(path);
        OptionCheck.AtLeast(nameof(numberOfThreads), numberOfThreads, 0);
        (string pixels, int factor, PictureSession session) = SuperResolutionOnnxFiles.Open(path, numberOfThreads, ContextGpu.FindAndTell(context));
        return new SuperResolutionTransformer(context, pixels, factor, session, inputColumnName, outputColumnName, numberOfThreads);
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => map.Transform(input);

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => map.GetOutputSchema(inputSchema);

    /// <summary>Enlarges one picture. One larger than 768 pixels a side when enlarged is computed in tiles.</summary>
    /// <param name="picture">Grey or colour, of any size.</param>
    /// <param name="progress">Of a picture that is enlarged in tiles: 0 to 1.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <returns>A picture <see cref="Factor"/> times as wide and high, in colour.</returns>
    /// <exception cref="ArgumentException">The enlarged picture would have more pixels than an image holds; nothing was computed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Picture Upscale(Picture picture, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        (long width, long height) = ((long)picture.Width * Factor, (long)picture.Height * Factor);
        if (width * height > Picture.MaxPixels)
            throw new ArgumentException($"a picture of {picture.Width}×{picture.Height} would become one of {width}×{height}, and an image holds at most {Picture.MaxPixels:N0} pixels: enlarge it in parts of at most {Picture.MaxPixels / (Factor * Factor):N0} pixels, or take a network of a smaller factor.", nameof(picture));
        cancellationToken.ThrowIfCancellationRequested();
        return Math.Max(picture.Width, picture.Height) <= TileSize / Factor
            ? session.Run(picture)
            : new Picture((int)width, (int)height, 3, tiles.Value.Run(PictureColors.ToRgb(picture).Pixels, picture.Width, picture.Height, progress: progress, cancellationToken: cancellationToken));
    }

    /// <summary>A chain of ML.NET's own transformers for pictures of one size, which saves and loads without this library.</summary>
    /// <param name="width">Width of the small pictures, in pixels.</param>
    /// <param name="height">Height of the small pictures, in pixels.</param>
    /// <param name="resizing">How pictures of another size are made to fit.</param>
    /// <returns>A transformer from the input column to the output column. It needs this one's files to be saved: save it before this one is disposed.</returns>
    public ITransformer ToFixedSize(int width, int height, ImageResizingEstimator.ResizingKind resizing = ImageResizingEstimator.ResizingKind.IsoCrop) => new OwnedChain(
        FixedSizeChain.Of(context, pixels, SuperResolutionOnnxFiles.PixelsInput, SuperResolutionOnnxFiles.PixelsOutput, outputColumnName, inputColumnName, width, height, Factor, resizing, threads),
        files, own: files is null ? pixels : null);

    /// <summary>Blurs and shrinks sharp pictures as in training, enlarges them again, and compares; bicubic interpolation too.</summary>
    /// <param name="rows">
    /// Sharp pictures in the input column. Those less than 16 pixels, or twice the factor, wide or high are left out and counted; edges that are no whole steps of
    /// the factor are cut off.
    /// </param>
    /// <param name="largestSide">Of wider or higher pictures this much of the centre is judged; at least 16 and twice the factor. A 12-megapixel photograph takes minutes whole.</param>
    /// <param name="cancellationToken">Stops between two pictures, and between two tiles.</param>
    /// <exception cref="ArgumentException">There are no rows, all pictures are too small, or <paramref name="largestSide"/> is.</exception>
    /// <exception cref="InvalidDataException">A row has no picture.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SuperResolutionMetrics Evaluate(IDataView rows, int largestSide = int.MaxValue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        OptionCheck.AtLeast(nameof(largestSide), largestSide, Patches.SmallestSize(Factor));
        return SuperResolutionEvaluator.Evaluate(rows, inputColumnName, Factor, largestSide, picture => Upscale(picture, null, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Writes <c>upscaler.onnx</c> (float32 [N, 3, H, W], RGB, 0 to 255, in and out) and <c>upscaler-uint8.onnx</c> (<c>uint8</c> [N, H, W, 3] in and out)
    /// for any ONNX consumer; batch, height and width are free.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model was loaded: the file is already yours.</exception>
    public void SaveOnnx(string folder)
    {
        if (files is null)
            throw new InvalidOperationException($"the model was loaded from '{pixels}': copy that file.");
        files.CopyTo(folder);
    }

    /// <summary>
    /// Writes what tells of the run: <c>metrics.json</c>, <c>run.json</c> and <c>report.html</c>, the last with the
    /// pictures that training left in <paramref name="folder"/> (<see cref="TrainingOptions.WorkspacePath"/>).
    /// </summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="test">What <see cref="Evaluate"/> said of held-out rows; null leaves it out.</param>
    /// <param name="commandLine">The command that repeats the run, if it was one.</param>
    /// <exception cref="InvalidOperationException">The model was loaded: nothing is known of its run.</exception>
    public void SaveReport(string folder, SuperResolutionMetrics? test = null, IReadOnlyList<string>? commandLine = null)
    {
        if (History is null || files is null)
            throw new InvalidOperationException("a loaded model knows nothing of the run that trained it: its report is where training wrote it.");
        SuperResolutionReport.Write(folder, History, files.Parity, test, commandLine);
    }

    /// <summary>Closes the ONNX sessions and deletes the temporary files.</summary>
    public void Dispose()
    {
        session.Dispose();
        if (tiles.IsValueCreated)
            tiles.Value.Dispose();
        files?.Dispose();
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => map.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)map).Save(ctx);
}

using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using MLNetGen.SuperResolution;

namespace MLNetGen;

/// <summary>A trained super-resolution network: <see cref="OnnxChainTransformer.Transform"/> adds a column of pictures <see cref="Factor"/> times as wide and high.</summary>
/// <remarks>
/// Pictures may be of any size, and are enlarged when a row is read, in ONNX Runtime, large ones in tiles without seams; from several threads and cursors at once too. ML.NET's own transformers take one known size: <see cref="ToFixedSize"/> gives a chain of them,
/// which <c>mlContext.Model.Save</c> writes; this one it cannot. <see cref="OnnxChainTransformer.SaveOnnx"/> writes <c>upscaler.onnx</c> (float32 [N, 3, H, W], RGB, 0 to 255, in and out) and
/// <c>upscaler-uint8.onnx</c> (<c>uint8</c> [N, H, W, 3] in and out) for any ONNX consumer; batch, height and width are free.
/// </remarks>
public sealed class SuperResolutionTransformer : OnnxChainTransformer<SuperResolutionEpoch, SuperResolutionMetrics>
{
    internal const string Family = "superResolution", NetworkFile = "upscaler.onnx", BytesFile = "upscaler-uint8.onnx";

    // ML.NET names columns after them: a user's own column has neither name.
    internal const string BytesInput = "mlnetgen.small", BytesOutput = "mlnetgen.large";

    private readonly PictureNetwork network;
    private readonly string inputColumnName, outputColumnName;

    internal SuperResolutionTransformer(MLContext context, PictureNetwork network, string inputColumnName, string outputColumnName, OnnxFiles? files = null, SuperResolutionHistory? history = null)
        : base(new PictureMapTransformer(outputColumnName, inputColumnName, picture => network.Run(picture, null, CancellationToken.None)), files, history, history?.Epochs) =>
        (this.network, this.inputColumnName, this.outputColumnName, History) = (network, inputColumnName, outputColumnName, history);

    /// <summary>How many times as wide and high pictures become.</summary>
    public int Factor => network.Factor;

    /// <summary>
    /// How far <c>upscaler.onnx</c> is from the trained module: largest absolute difference, in levels of 255. Null for a model that was loaded.
    /// </summary>
    public double? OnnxParity => Files?.ParityOf(NetworkFile);

    internal SuperResolutionHistory? History { get; }

    /// <summary>Finds the network in a chain that it was just trained in. A network from a file is opened by <see cref="Load"/>.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The chain.</param>
    /// <exception cref="ArgumentException">There is none in it.</exception>
    public static SuperResolutionTransformer FromModel(MLContext context, ITransformer model) => FromModel<SuperResolutionTransformer>(context, model, trained => trained
        ?? throw new ArgumentException($"there is no trained super-resolution network in this model. What {nameof(ToFixedSize)} gave and Model.Load gives back enlarges as it is; {nameof(Load)} takes the network's file.", nameof(model)));

    /// <summary>A network that <see cref="OnnxChainTransformer.SaveOnnx"/> wrote.</summary>
    /// <param name="context">The context.</param>
    /// <param name="path"><c>upscaler-uint8.onnx</c>, or the folder that it is in; the file must stay while <see cref="ToFixedSize"/>'s chains are saved.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of pictures to enlarge.</param>
    /// <param name="numberOfThreads">Processor cores to use; 0 for all.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is another network.</exception>
    public static SuperResolutionTransformer Load(MLContext context, string path, string outputColumnName = "Upscaled", string inputColumnName = "Image", int numberOfThreads = 0)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(path);
        OptionCheck.AtLeast(nameof(numberOfThreads), numberOfThreads, 0);
        return new(context, PictureNetwork.Open(path, BytesFile, "a super-resolution run", Family, numberOfThreads, context), inputColumnName, outputColumnName);
    }

    /// <summary>Enlarges one picture. One larger than 768 pixels a side when enlarged is computed in tiles.</summary>
    /// <param name="picture">Grey or colour, of any size.</param>
    /// <param name="progress">Of a picture that is enlarged in tiles: 0 to 1.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <returns>A picture <see cref="Factor"/> times as wide and high, in colour.</returns>
    /// <exception cref="ArgumentException">The enlarged picture would have more pixels than an image holds; nothing was computed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Picture Upscale(Picture picture, IProgress<double>? progress = null, CancellationToken cancellationToken = default) => network.Run(picture, progress, cancellationToken);

    /// <summary>A chain of ML.NET's own transformers for pictures of one size, which saves and loads without this library.</summary>
    /// <param name="width">Width of the small pictures, in pixels.</param>
    /// <param name="height">Height of the small pictures, in pixels.</param>
    /// <param name="resizing">How pictures of another size are made to fit.</param>
    /// <returns>A transformer from the input column to the output column. It needs this one's files to be saved: save it before this one is disposed.</returns>
    public ITransformer ToFixedSize(int width, int height, ImageResizingEstimator.ResizingKind resizing = ImageResizingEstimator.ResizingKind.IsoCrop) =>
        new OwnedChain(network.ToFixedSize(BytesInput, BytesOutput, outputColumnName, inputColumnName, width, height, resizing), Files, own: Files is null ? network.File : null);

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
    public SuperResolutionMetrics Evaluate(IDataView rows, int largestSide = int.MaxValue, CancellationToken cancellationToken = default) =>
        UpscalingEvaluation.Evaluate(rows, inputColumnName, Factor, largestSide, picture => Upscale(picture, null, cancellationToken), cancellationToken);

    /// <summary>A sheet of the middles of some pictures, a row each: made small, by bicubic interpolation, by the network, and as they were; with the luminance's PSNR and SSIM.</summary>
    /// <param name="rows">Sharp pictures in the input column; those that are too small for <see cref="Evaluate"/> are left out.</param>
    /// <param name="count">How many; the first ones.</param>
    /// <param name="largestSide">Of wider or higher pictures this much of the centre is shown; at least 16 and twice the factor.</param>
    /// <exception cref="ArgumentException">No picture is large enough, or a value is out of its range.</exception>
    public Picture DrawComparison(IDataView rows, int count = 6, int largestSide = 128) =>
        UpscalingEvaluation.Draw(rows, inputColumnName, Factor, count, largestSide, picture => Upscale(picture));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) network.Dispose();
    }

    // What reads the rows here disposes of no picture.
    private protected override PictureShield Shield(DataViewSchema input) => new([], check: CheckOpen);

    private protected override void WriteReport(string folder, SuperResolutionMetrics? test, IReadOnlyList<string>? commandLine) => SuperResolutionReport.Write(folder, History!, OnnxParity!.Value, test, commandLine);
}

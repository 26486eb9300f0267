using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Style;

namespace MLNetGen;

/// <summary>
/// A trained style network. <see cref="Transform"/> adds a column with every picture repainted, at its own size.
/// </summary>
/// <remarks>
/// ML.NET's own transformers, which alone it can save, need pictures of one known size: <see cref="ToFixedSize"/> gives a chain of those, which
/// <c>mlContext.Model.Save</c> writes and which loads where this library is not installed. <see cref="SaveOnnx"/> writes the network for pictures of any
/// size. Scoring is safe from several threads and cursors at once. Dispose it when done: it owns its ONNX sessions and their files.
/// </remarks>
public sealed class StyleTransferTransformer : ITransformer, IDisposable
{
    private readonly MLContext context;
    private readonly string input, output;
    private readonly TransformNetwork network;
    private readonly StyleOnnxFiles files;
    private readonly StyleRun run;
    private readonly int threads;
    private readonly ITransformer map;

    internal StyleTransferTransformer(MLContext context, string input, string output, TransformNetwork network, StyleOnnxFiles files, StyleRun run, int threads)
    {
        (this.context, this.input, this.output, this.network, this.files, this.run, this.threads) = (context, input, output, network, files, run, threads);
        Model = StyleModel.OpenOn(files.Floats, threads, ContextGpu.Find(context, out _));
        map = With(new StylizeOptions());
    }

    /// <summary>The network itself, for pictures that are in no view.</summary>
    public StyleModel Model { get; }

    /// <summary>The training run's snapshots.</summary>
    public IReadOnlyList<StyleTransferRound> Rounds => run.History.Epochs;

    /// <summary>Why training ended before its last step, such as a loss that became NaN; null where it did not.</summary>
    public string? Stopped => run.History.Stopped;

    /// <summary>How far the ONNX file is from the trained module, in grey levels of 255.</summary>
    public double OnnxParity => files.Parity;

    /// <summary>
    /// The loss of the painted test pictures over that of the same photographs merely given the painting's colours, the worst of them: below 1 where the network
    /// learnt more than colours. Null where there were no test pictures.
    /// </summary>
    public double? RatioToColorMatched => run.Worst(result => result.Ratio);

    /// <summary>Likewise of the style term alone: 1 where the network learnt no more than the painting's colours.</summary>
    public double? StyleRatioToColorMatched => run.Worst(result => result.StyleRatio);

    /// <summary>What the worst test picture's painting lost of its content: ‖Δf‖² / ‖f‖² of the loss network's content layer; 0 for the photograph itself. Null without test pictures.</summary>
    public double? ContentError => run.Worst(result => result.ContentError);

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>Finds the style network in a chain that it was just trained in. A network from a file is opened by <see cref="StyleModel.Open"/>.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The chain.</param>
    /// <exception cref="ArgumentException">There is none in it.</exception>
    public static StyleTransferTransformer FromModel(MLContext context, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ChainParts.Trained<StyleTransferTransformer>(model)
            ?? throw new ArgumentException($"there is no trained style network in this model. What {nameof(ToFixedSize)} gave and Model.Load gives back paints as it is; StyleModel.Open takes the network's file.", nameof(model));
    }

    /// <summary>The same network, painting another way: another strength or mixture of styles, the picture's own colours, a part of it.</summary>
    /// <param name="options">How.</param>
    /// <returns>A transformer that lives as long as this one.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ITransformer With(StylizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        options.MixtureOf(Model.Styles.Count);
        return new PictureMapTransformer(output, input, picture => Model.Stylize(picture, options));
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => map.Transform(input);

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => map.GetOutputSchema(inputSchema);

    /// <summary>The least width and height that a style network takes, in pixels.</summary>
    public const int SmallestSize = StyleShape.SmallestPicture;

    /// <summary>
    /// A chain of ML.NET's own transformers that brings pictures to one size and repaints them; it saves with <c>mlContext.Model.Save</c>, and loads where this
    /// library is not installed.
    /// </summary>
    /// <param name="width">In pixels, at least <see cref="SmallestSize"/>.</param>
    /// <param name="height">In pixels, at least <see cref="SmallestSize"/>.</param>
    /// <param name="options">Strength and mixture, which are fixed in the chain; the other options are not for it.</param>
    /// <param name="resizing">How pictures of another shape are made to fit.</param>
    /// <exception cref="ArgumentException">The size is too small, or an option is out of its range.</exception>
    public ITransformer ToFixedSize(int width, int height, StylizeOptions? options = null, ImageResizingEstimator.ResizingKind resizing = ImageResizingEstimator.ResizingKind.Fill)
    {
        options ??= new();
        options.Validate();
        OptionCheck.AtLeast(nameof(width), width, StyleShape.SmallestPicture);
        OptionCheck.AtLeast(nameof(height), height, StyleShape.SmallestPicture);
        if (options.KeptColors != KeptColors.None || options.Mask is not null)
            throw new ArgumentException($"{nameof(options.KeptColors)} and {nameof(options.Mask)} are not in the network, and ML.NET has no transformer for them: leave them unset, or use {nameof(With)}.", nameof(options));
        string file = files.WritePipeline(network, (float)options.Strength, options.MixtureOf(Model.Styles.Count));
        return new OwnedChain(
            FixedSizeChain.Of(context, file, StyleOnnxFiles.PipelineInput, StyleOnnxFiles.PipelineOutput, output, input, width, height, factor: 1, resizing, threads), files);
    }

    /// <summary>
    /// Writes <c>style.onnx</c> for any ONNX consumer: <c>picture</c> float32 [N, 3, H, W] of any size, RGB, 0 to 255, and <c>strength</c> [N], 0 to 1, to
    /// <c>stylized</c>, as the picture; a network of several styles also takes <c>style</c> [N, styles], their weights.
    /// </summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="bytes">Also writes <c>style-uint8.onnx</c>: pictures as programs have them, uint8 [N, H, W, 3], in and out.</param>
    public void SaveOnnx(string folder, bool bytes = false) => files.CopyTo(folder, bytes ? [StyleOnnxFiles.BytesName] : []);

    /// <summary>
    /// Writes what tells of the run: <c>metrics.json</c>, <c>run.json</c>, <c>report.html</c>, and, of a network of one style, the test pictures' courses as GIF, from the pictures that
    /// training left in <paramref name="folder"/> (<see cref="TrainingOptions.WorkspacePath"/>).
    /// </summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="commandLine">The command that repeats the run, if it was one.</param>
    public void SaveReport(string folder, IReadOnlyList<string>? commandLine = null) => StyleReport.Write(folder, run, files.Parity, commandLine);

    /// <summary>Closes the ONNX sessions and deletes the temporary files.</summary>
    public void Dispose()
    {
        Model.Dispose();
        files.Dispose();
        network.Dispose();
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => map.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => map.Save(ctx);
}

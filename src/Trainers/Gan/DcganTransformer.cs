using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Gan;

namespace MLNetGen;

/// <summary>
/// A trained DCGAN. <see cref="Transform"/> adds <c>Realness</c> to rows of pictures: the discriminator's probability that
/// each is real, a vector of one. <see cref="Generator"/> makes pictures of latent vectors.
/// </summary>
/// <remarks>
/// Both are chains of ML.NET's own transformers around ONNX models: <c>mlContext.Model.Save</c> of this writes the first, of
/// <see cref="Generator"/> the second, and either loads where this library is not installed.
/// Dispose it when done: it owns its ONNX sessions and their files.
/// </remarks>
public sealed class DcganTransformer : ITransformer, ICanSaveModel, IDisposable
{
    private readonly TransformerChain<ITransformer> judge, draw;
    private readonly DcganOnnxFiles files;

    internal DcganTransformer(MLContext context, PictureInput column, GanRecipe recipe, DcganOnnxFiles files, DataViewSchema input, int threads, string? stopped)
    {
        this.files = files;
        judge = DcganPipeline.Judge(context, column, files, input, threads);
        draw = DcganPipeline.Draw(context, recipe.Shape, files, threads);
        Generator = new OwnedChain(draw, files);
        LatentDimension = recipe.Shape.LatentDimension;
        Stopped = stopped;
    }

    /// <summary><c>Latent</c>, standard normal (<see cref="GenerativeCatalog.SampleLatent"/>), to <c>Image</c>.</summary>
    public ITransformer Generator { get; }

    /// <summary>Length of a latent vector.</summary>
    public int LatentDimension { get; }

    /// <summary>Why training ended before its last step, such as a loss that became NaN; null where it did not.</summary>
    public string? Stopped { get; }

    /// <summary>The greatest difference between an ONNX file and its trained network, by absolute value.</summary>
    public double OnnxParity => files.Parity;

    bool ITransformer.IsRowToRowMapper => ((ITransformer)judge).IsRowToRowMapper;

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => judge.Transform(input);

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => judge.GetOutputSchema(inputSchema);

    /// <summary>
    /// Writes <c>generator.onnx</c> (Latent → pixels) and <c>discriminator.onnx</c> (pixels → Realness) for any ONNX
    /// consumer. Pixels are float32 [N, channels, H, W] in [0, 1]; the file's metadata says how z is distributed.
    /// </summary>
    public void SaveOnnx(string folder) => files.CopyTo(folder);

    /// <summary>Closes the ONNX sessions and deletes the temporary files.</summary>
    public void Dispose()
    {
        foreach (IDisposable part in judge.Concat(draw).OfType<IDisposable>()) part.Dispose();
        files.Dispose();
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => ((ITransformer)judge).GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ((ICanSaveModel)judge).Save(ctx);
        GC.KeepAlive(files);
    }
}

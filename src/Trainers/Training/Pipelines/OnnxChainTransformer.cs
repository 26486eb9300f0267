using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>A trained model as a transformer: ONNX models, and around them a chain of ML.NET's own transformers where that can be.</summary>
/// <remarks>
/// <c>mlContext.Model.Save</c> writes that chain, and <c>Load</c> gives the chain back where this library is not installed. Scoring is safe from several threads and cursors at once.
/// Dispose it when done: it owns its ONNX sessions and, where it was trained, their files. A <c>PredictionEngine</c> disposes of its transformer too, unless
/// <c>PredictionEngineOptions.OwnsTransformer</c> is false: a model that was trained here can then still be saved, but no longer transforms.
/// <c>Transform</c> hands ML.NET copies of the pictures, which it would otherwise dispose of. It runs a row at a time, as ML.NET does, until <c>WithBatching()</c> is called.
/// </remarks>
public abstract class OnnxChainTransformer : ITransformer, ICanSaveModel, IDisposable, IBatchingTransformer
{
    private readonly OnnxBundle? files;
    private readonly bool ownsFiles;
    private ITransformer? batched;
    private volatile bool isClosed;

    /// <param name="chain">ML.NET's own transformers.</param>
    /// <param name="files">What they are made of; null where the model was loaded.</param>
    /// <param name="history">The run; null where the model was loaded.</param>
    /// <param name="ownsFiles">Whether the files go with this one; otherwise they are another transformer's.</param>
    private protected OnnxChainTransformer(ITransformer chain, OnnxBundle? files, RunHistory? history, bool ownsFiles = true)
    {
        Chain = chain;
        this.files = files;
        this.ownsFiles = ownsFiles;
        Run = history;
    }

    /// <summary>Why training ended before its last step, such as a loss that became NaN; null where it did not, and for a model that was loaded.</summary>
    public string? Stopped => Run?.Stopped;

    bool ITransformer.IsRowToRowMapper => Chain.IsRowToRowMapper;

    internal ITransformer Chain { get; }

    /// <summary>The files; null where the model was loaded.</summary>
    internal OnnxFiles? Files => files as OnnxFiles;

    private protected RunHistory? Run { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column that the model reads is absent or of another type.</exception>
    /// <exception cref="ObjectDisposedException">This transformer was disposed of, by its owner or by a <c>PredictionEngine</c>.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return ChainParts.Tell(Chain, input.Schema, () => (batched ?? Chain).Transform(ShieldedRows(input)));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column that the model reads is absent or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => ChainParts.Tell(Chain, inputSchema, () => PictureTypes.Register(Chain.GetOutputSchema(inputSchema)));

    /// <summary>Writes the networks, as they are, for any ONNX consumer; the remarks on each class say which files these are.</summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <exception cref="InvalidOperationException">The model was loaded: its ONNX files went with the run that trained it.</exception>
    public void SaveOnnx(string folder)
    {
        if (files is null)
            throw new InvalidOperationException("a loaded model gives no ONNX files back: keep those that training wrote, or train again.");
        files.CopyTo(folder);
    }

    /// <summary>Closes the ONNX sessions and deletes the temporary files: it can then be neither used nor saved.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        if (ownsFiles)
            files?.Dispose();
    }

    // A prediction engine comes this way, and so does 'using': the trained model must not be lost with an engine. Its files go with this object, or with the process.
    void IDisposable.Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the ONNX sessions.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        isClosed = true;
        if (batched is not null)
            ChainParts.Dispose(batched);
        ChainParts.Dispose(Chain);
    }

    ITransformer IBatchingTransformer.WithBatching(OnnxBatchingOptions options)
    {
        CheckOpen();
        batched = Chain.WithBatching(options);
        return this;
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        CheckOpen();
        return ChainParts.Tell(Chain, inputSchema, () =>
        {
            IRowToRowMapper mapper = Chain.GetRowToRowMapper(inputSchema);
            PictureTypes.Register(mapper.OutputSchema);
            return Shield(inputSchema).Before(mapper);
        });
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (isClosed && files is not { AreThere: true })
            throw new ObjectDisposedException(GetType().Name, "this model was disposed of, and its files are gone: save it before.");
        ((ICanSaveModel)Chain).Save(ctx);
        // ML.NET reads them again when it saves.
        GC.KeepAlive(files);
    }

    /// <exception cref="ObjectDisposedException">The sessions are closed: ONNX Runtime would end the process.</exception>
    internal void CheckOpen()
    {
        if (isClosed)
        {
            throw new ObjectDisposedException(GetType().Name, "this model was disposed of and transforms no more. A PredictionEngine disposes of its model with itself: "
                + "create it with new PredictionEngineOptions { OwnsTransformer = false } where the model is needed afterwards, or by another engine.");
        }
    }

    /// <summary>Rows for parts of the chain.</summary>
    private protected IDataView ShieldedRows(IDataView rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        CheckOpen();
        return Shield(rows.Schema).Over(rows);
    }

    /// <summary>Stands between rows and the chain.</summary>
    private protected virtual PictureShield Shield(DataViewSchema input) => new(ChainParts.PicturesReadBy(Chain, input), areNeeded: true, CheckOpen);

    /// <summary>A transformer of a kind from a chain: itself; one made of the chain, and of what is known of the run where the chain was just trained.</summary>
    /// <param name="context">ML.NET's.</param>
    /// <param name="model">The chain.</param>
    /// <param name="make">Makes it, of the one that was trained in the chain; null where the chain was loaded.</param>
    private protected static T FromModel<T>(MLContext context, ITransformer model, Func<T?, T> make)
        where T : OnnxChainTransformer
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        return model as T ?? make(ChainParts.Trained<T>(model));
    }

    /// <summary>What to say of a model of another kind.</summary>
    private protected static ArgumentException NoneIn(ITransformer model, string what) => new(
        $"this model is not {what}: there is none in its chain ({string.Join(", ", ChainParts.Flatten(model).Select(part => part.GetType().Name))}).", nameof(model));

    /// <summary>What nobody but the run itself knows.</summary>
    private protected static InvalidOperationException NoRun() => new("a loaded model knows nothing of the run that trained it: its report is where training wrote it.");
}

/// <summary>A trained model as a transformer, with the epochs of the run that trained it.</summary>
/// <typeparam name="TEpoch">An epoch's figures.</typeparam>
/// <typeparam name="TTest">Figures on held-out rows.</typeparam>
public abstract class OnnxChainTransformer<TEpoch, TTest> : OnnxChainTransformer
    where TTest : class
{
    private protected OnnxChainTransformer(ITransformer chain, OnnxBundle? files, RunHistory? history, IReadOnlyList<TEpoch>? epochs, bool ownsFiles = true)
        : base(chain, files, history, ownsFiles) => Epochs = epochs ?? [];

    /// <summary>The training run's epochs; empty for a model that was loaded.</summary>
    public IReadOnlyList<TEpoch> Epochs { get; }

    /// <summary>
    /// Writes what tells of the run: <c>metrics.json</c>, <c>run.json</c> and <c>report.html</c>, the last with the
    /// pictures that training left in <paramref name="folder"/> (<see cref="TrainingOptions.WorkspacePath"/>).
    /// </summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="test">What was measured on held-out rows; null leaves it out.</param>
    /// <param name="commandLine">The command that repeats the run, if it was one.</param>
    /// <exception cref="InvalidOperationException">The model was loaded: nothing is known of its run.</exception>
    public void SaveReport(string folder, TTest? test = null, IReadOnlyList<string>? commandLine = null)
    {
        if (Run is null)
            throw NoRun();
        WriteReport(folder, test, commandLine);
    }

    /// <summary>The same of a model whose run is known.</summary>
    private protected abstract void WriteReport(string folder, TTest? test, IReadOnlyList<string>? commandLine);
}

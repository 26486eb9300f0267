using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen;

/// <summary>
/// What ML.NET's <see cref="OnnxTransformer"/> gives, by running many rows at once, ahead of the row that is read. Rows come out in their order, with their own values: those
/// that depend on the rows beside them, or cannot be put together, are run one at a time.
/// </summary>
/// <remarks>
/// <c>mlContext.Model.Save</c> writes an ordinary <see cref="OnnxTransformer"/>, which loads without this library. All cursors share one session, from any number of threads; a
/// column that is not asked for costs nothing. A <c>PredictionEngine</c>, and outputs that are no vectors of known size, are <see cref="OnnxTransformer"/>'s own. Dispose it when
/// done, instead of the transformer that it was made of. Columns of the source are read once, with the rows ahead, but for pictures: these are read by a second cursor, over the
/// same rows.
/// </remarks>
public sealed class BatchedOnnxTransformer : ITransformer, ICanSaveModel, IDisposable
{
    private readonly OnnxTransformer inner;
    private readonly OnnxModelSource? file;
    private readonly IDisposable? copy;
    private readonly bool ownsInner;
    private readonly Lock opening = new();
    private BatchSession? session;
    private string? problem;
    private bool isClosed;

    /// <param name="inner">The transformer.</param>
    /// <param name="options">How its rows are put together.</param>
    /// <param name="file">What it runs; null: as it says itself.</param>
    /// <param name="copy">The file's folder, which goes with it; null where it is the user's.</param>
    /// <param name="ownsInner">Whether the transformer goes with this one.</param>
    internal BatchedOnnxTransformer(OnnxTransformer inner, OnnxBatchingOptions options, OnnxModelSource? file = null, IDisposable? copy = null, bool ownsInner = true)
    {
        (this.inner, this.file, this.copy, this.ownsInner) = (inner, file, copy, ownsInner);
        Options = options.Checked();
    }

    /// <summary>How the rows are really run. It opens the session where no row was read yet.</summary>
    /// <exception cref="InvalidOperationException">No execution provider that may run the network is there.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed of.</exception>
    public OnnxBatchingReport Report => Session?.Report ?? new OnnxBatchingReport
    {
        ExecutionProvider = OnnxExecutionProvider.Cpu,
        Refused = [],
        BatchSize = 1,
        Threads = 1,
        IsRewritten = false,
        OneAtATime = problem,
    };

    bool ITransformer.IsRowToRowMapper => true;

    internal OnnxBatchingOptions Options { get; }

    /// <summary>What it runs.</summary>
    internal OnnxModelSource File => file ?? OnnxModelSource.Of(inner);

    /// <summary>Whether anything that a batch makes was asked for.</summary>
    internal bool IsOpen => session is not null;

    /// <summary>What runs the batches, opened when it is first needed; null where the file cannot be opened a second time.</summary>
    internal BatchSession? Session
    {
        get
        {
            lock (opening)
            {
                ObjectDisposedException.ThrowIf(isClosed, this);
                if (session is null && problem is null)
                    Open();
                return session;
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The transformer was disposed of.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ObjectDisposedException.ThrowIf(isClosed, this);
        return new BatchedRows(this, input, inner.Transform(input));
    }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

    /// <summary>Closes the sessions, this one's and <see cref="OnnxTransformer"/>'s. Rows that are being run are finished.</summary>
    public void Dispose()
    {
        lock (opening)
        {
            isClosed = true;
            session?.Dispose();
        }
        if (ownsInner)
            inner.Dispose();
        copy?.Dispose();
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => ((ITransformer)inner).GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)inner).Save(ctx);

    /// <summary>The same with other options.</summary>
    internal BatchedOnnxTransformer With(OnnxBatchingOptions options) => new(inner, options, file, copy, ownsInner);

    private void Open()
    {
        try
        {
            session = new BatchSession(File, Options, Warn);
        }
        catch (OnnxRuntimeException e)
        {
            // Such as one with its weights in files beside it, which a transformer does not hold.
            problem = $"ONNX Runtime does not open the file a second time: {e.Message.Trim()}";
            Warn($"rows are run one at a time: {problem}");
            return;
        }
        OnnxBatchingReport report = session.Report;
        if (report.Refused.Count > 0)
            Warn($"{string.Join("; ", report.Refused)}: {report.ExecutionProvider} runs it.");
        if (Options.Context is { } context)
            HostLog.Info(context, "Onnx", report.ToString());
    }

    private void Warn(string message)
    {
        if (Options.Context is { } context)
            HostLog.Warning(context, "Onnx", message);
        else
            Trace.TraceWarning(message);
    }
}

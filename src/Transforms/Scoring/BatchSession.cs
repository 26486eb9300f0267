using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx;

namespace MLNetGen;

/// <summary>
/// The network of a transformer in a session that all its cursors share. Rows are run together where each of them gives what it gives alone, which is seen on the first rows, and
/// otherwise one at a time.
/// </summary>
internal sealed class BatchSession : IDisposable
{
    // Rows of the view that are run both ways.
    private const int ComparedRows = 3;

    // Of a batch's inputs, where BatchSize is not set.
    private const int BatchBytes = 1 << 20, LeastBatch = 16, LargestBatch = 64;

    private readonly IReadOnlyDictionary<string, int[]> shapes;
    private readonly Action<string> warn;
    private readonly OnnxExecutionProvider provider;
    private readonly IReadOnlyList<string> refused;
    private readonly InferenceSession alone, together;
    private readonly Lock comparing = new(), closing = new();

    // By output, why rows are not run together; null where they are.
    private readonly Dictionary<string, string?> found = [];
    private readonly HashSet<string> told = [];
    private readonly string? oneAtATime;
    private int runs;
    private bool isClosed;

    /// <param name="source">The file.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="warn">Hears why rows are not run together, once.</param>
    /// <exception cref="InvalidOperationException">No execution provider that may run it is there.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file.</exception>
    public BatchSession(OnnxModelSource source, OnnxBatchingOptions options, Action<string> warn)
    {
        (shapes, this.warn) = (source.Shapes, warn);
        (alone, provider, refused) = OnnxProviderSession.Open(source, options);
        together = alone;
        Inputs = Named(source.Inputs, alone.InputNames);
        Outputs = Named(source.Outputs, alone.OutputNames);
        Threads = options.Threads ?? (provider == OnnxExecutionProvider.Cpu ? Environment.ProcessorCount : 1);
        BatchSize = options.BatchSize ?? (int)Math.Clamp(BatchBytes / RowBytes(), LeastBatch, LargestBatch);
        if (Inputs.FirstOrDefault(input => alone.InputMetadata.GetValueOrDefault(input) is { IsTensor: true, Dimensions: [1, ..] }) is { } single)
        {
            if (options.RewriteFixedBatch && Rewritten(source, options) is { } session)
                together = session;
            else
                Tell(oneAtATime = $"the file takes one: the first axis of its input '{single}' is 1");
        }
    }

    /// <summary>The columns that the network reads.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The outputs of the file that are columns.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>Rows that are run at once.</summary>
    public int BatchSize { get; }

    /// <summary>Batches that are run at the same time.</summary>
    public int Threads { get; }

    public OnnxBatchingReport Report
    {
        get
        {
            lock (comparing)
            {
                return new OnnxBatchingReport
                {
                    ExecutionProvider = provider,
                    Refused = refused,
                    BatchSize = BatchSize,
                    Threads = Threads,
                    IsRewritten = together != alone,
                    OneAtATime = oneAtATime ?? found.Values.FirstOrDefault(why => why is not null),
                };
            }
        }
    }

    /// <summary>The output that a column is; null where there is none. OnnxTransformer leaves an ending of ML.NET's own files out.</summary>
    public string? OutputOf(string column)
    {
        const string Ending = ".output";
        return Outputs.LastOrDefault(output => column == (output.EndsWith(Ending, StringComparison.Ordinal) ? output.Replace(Ending, "", StringComparison.Ordinal) : output));
    }

    /// <summary>The tensor of a column; null where OnnxTransformer has to make it, as of vectors of unknown size.</summary>
    public InputTensor? Input(string name, DataViewSchema.Column column)
    {
        if (!alone.InputMetadata.TryGetValue(name, out NodeMetadata? node) || !node.IsTensor || node.Dimensions is not [-1 or 1, ..])
            return null;
        // As OnnxTransformer does: a row is a batch of one.
        int[] shape = [.. shapes.GetValueOrDefault(name, node.Dimensions)];
        if (shape[0] < 0)
            shape[0] = 1;
        if (shape[0] != 1 || shape.Any(length => length < 1))
            return null;
        InputTensor? tensor = InputTensor.Of(name, column, [.. shape.Select(length => (long)length)]);
        // OnnxTransformer gives a scalar column two axes.
        bool fits = column.Type is VectorDataViewType vector ? vector.IsKnownSize && vector.Size == tensor?.Length : shape is [1, 1];
        return fits ? tensor : null;
    }

    /// <summary>The tensor of a column; null where OnnxTransformer has to make it, as a sequence.</summary>
    public OutputTensor? Output(string name, DataViewSchema.Column column) =>
        alone.OutputMetadata.TryGetValue(name, out NodeMetadata? node) && node.IsTensor ? OutputTensor.Of(name, column) : null;

    /// <summary>Runs the rows of a batch. Where one fails, those before it are its rows, and what was wrong with it is its failure.</summary>
    /// <exception cref="ObjectDisposedException">The session is closed.</exception>
    public void Run(BatchPlan plan, RowBatch batch, RunOptions run)
    {
        Enter();
        try
        {
            string? why = null;
            if (batch.Count > 1 && AgreeTogether(plan, batch, run))
            {
                why = Problem(() => Run(together, plan, batch, 0, batch.Count, run));
                if (why is null)
                    return;
            }
            // Of a batch that failed, each row alone tells whether it was the one.
            int all = batch.Count;
            for (int row = 0; row < batch.Count; row++)
            {
                try
                {
                    Run(alone, plan, batch, row, 1, run);
                }
                catch (Exception e) when (IsOfRow(e))
                {
                    (batch.Count, batch.Failure) = (row, e);
                }
            }
            if (why is not null && batch.Count == all && !run.Terminate)
                Found(plan.OutputNames, $"{all} rows together fail, and none of them alone: {why}");
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Closes the session as soon as nothing runs in it: ONNX Runtime would end the process otherwise.</summary>
    public void Dispose()
    {
        lock (closing)
        {
            if (isClosed)
                return;
            isClosed = true;
            if (runs == 0)
                Close();
        }
    }

    private static void Run(InferenceSession session, BatchPlan plan, RowBatch batch, int first, int rows, RunOptions run)
    {
        List<OrtValue> values = [];
        try
        {
            for (int i = 0; i < plan.Inputs.Count; i++) values.Add(plan.Inputs[i].Value(batch.Inputs[i], first, rows));
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, plan.InputNames, values, plan.OutputNames);
            for (int i = 0; i < plan.Outputs.Count; i++) plan.Outputs[i].Copy(results[i], batch.Outputs[i], first, rows);
        }
        finally
        {
            foreach (OrtValue value in values) value.Dispose();
        }
    }

    private static InferenceSession? Rewritten(OnnxModelSource source, OnnxBatchingOptions options)
    {
        if (DynamicBatch.Of(source.Read()) is not { } file)
            return null;
        try
        {
            return OnnxProviderSession.Open(source with { Path = null, Bytes = file }, options).Session;
        }
        catch (Exception e) when (e is OnnxRuntimeException or InvalidOperationException)
        {
            return null;
        }
    }

    // Those that ML.NET's own converter writes for names of slots are no columns.
    private static IReadOnlyList<string> Named(IReadOnlyList<string>? asked, IReadOnlyList<string> all) => asked is { Count: > 0 } ? asked
        : [.. all.Where(name => !name.StartsWith("mlnet.", StringComparison.Ordinal) || !(EndsWith(name, ".unusedInput") || EndsWith(name, ".unusedOutput")))];

    private static bool EndsWith(string name, string ending) => name.EndsWith(ending, StringComparison.Ordinal);

    private static bool IsOfRow(Exception e) => e is OnnxRuntimeException or InvalidDataException;

    private static string? Problem(Action run)
    {
        try
        {
            run();
            return null;
        }
        catch (Exception e) when (IsOfRow(e))
        {
            return e.Message.Trim();
        }
    }

    private bool AgreeTogether(BatchPlan plan, RowBatch batch, RunOptions run)
    {
        lock (comparing)
        {
            if (oneAtATime is not null)
                return false;
            if (plan.OutputNames.All(found.ContainsKey))
                return plan.OutputNames.All(output => found[output] is null);
            int[] rows = Different(plan, batch);
            // Equal rows tell whether they may be run together, and nothing of other rows.
            if (Compare(plan, batch, rows.Length > 1 ? rows : [0, 1], run) is not { } whys)
                return false;
            if (rows.Length > 1)
            {
                for (int i = 0; i < whys.Length; i++) Found([plan.OutputNames[i]], whys[i]);
            }
            return whys.All(why => why is null);
        }
    }

    // Why rows are not run together, by output; null where rows fail alone, or the run is ended.
    private string?[]? Compare(BatchPlan plan, RowBatch batch, int[] rows, RunOptions run)
    {
        using RowBatch some = Copied(plan, batch, rows), each = Copied(plan, batch, rows);
        if (rows.Select((_, row) => Problem(() => Run(alone, plan, each, row, 1, run))).Any(problem => problem is not null))
            return null;
        string? failing = Problem(() => Run(together, plan, some, 0, rows.Length, run));
        if (run.Terminate)
            return null;
        return [.. plan.Outputs.Select((output, i) => failing is not null ? $"{rows.Length} rows together fail: {failing}"
            : Enumerable.Range(0, rows.Length).All(row => output.AreClose(some.Outputs[i], each.Outputs[i], row)) ? null
            : $"output '{output.Name}' of a row is another one when other rows are run with it")];
    }

    private void Found(IEnumerable<string> outputs, string? why)
    {
        lock (comparing)
        {
            foreach (string output in outputs) found[output] = why;
            if (why is not null && told.Add(why))
                Tell(why);
        }
    }

    private void Tell(string why) => warn($"rows are run one at a time: {why.TrimEnd('.')}.");

    // Up to three rows of other inputs than each other.
    private static int[] Different(BatchPlan plan, RowBatch batch)
    {
        List<int> rows = [0];
        for (int row = batch.Count - 1; row > 0 && rows.Count < ComparedRows; row--)
        {
            if (rows.All(other => Enumerable.Range(0, plan.Inputs.Count).Any(i => !plan.Inputs[i].AreEqual(batch.Inputs[i], row, other))))
                rows.Add(row);
        }
        return [.. rows];
    }

    private static RowBatch Copied(BatchPlan plan, RowBatch batch, int[] rows)
    {
        RowBatch copy = new(plan, rows.Length);
        for (int row = 0; row < rows.Length; row++)
        {
            for (int i = 0; i < plan.Inputs.Count; i++) plan.Inputs[i].CopyRow(batch.Inputs[i], rows[row], copy.Inputs[i], row);
        }
        return copy;
    }

    // Of the inputs whose size is known.
    private long RowBytes() => Math.Max(1, Inputs.Where(alone.InputMetadata.ContainsKey).Select(input => alone.InputMetadata[input]).Where(node => node.IsTensor)
        .Sum(node => node.Dimensions.Aggregate((long)sizeof(float), (bytes, length) => bytes * Math.Max(1, length))));

    private void Enter()
    {
        lock (closing)
        {
            ObjectDisposedException.ThrowIf(isClosed, typeof(BatchedOnnxTransformer));
            runs++;
        }
    }

    private void Exit()
    {
        lock (closing)
        {
            if (--runs == 0 && isClosed)
                Close();
        }
    }

    private void Close()
    {
        if (together != alone)
            together.Dispose();
        alone.Dispose();
    }
}

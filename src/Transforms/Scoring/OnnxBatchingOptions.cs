using Microsoft.ML;

namespace MLNetGen;

/// <summary>What runs a network.</summary>
public enum OnnxExecutionProvider
{
    /// <summary>The processor; always there.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU: Microsoft.ML.OnnxRuntime.Gpu.</summary>
    Cuda,

    /// <summary>A GPU by DirectX 12, on Windows: Microsoft.ML.OnnxRuntime.DirectML.</summary>
    DirectML,
}

/// <summary>How the rows of an ONNX model are put together in batches.</summary>
public class OnnxBatchingOptions
{
    /// <summary>
    /// Rows that are run at once, at least 1. Null: by the size of a row, from 16 to 64 (<see cref="OnnxBatchingReport.BatchSize"/> tells it). Fewer are taken where a
    /// view says that it has too few rows to give each thread a batch.
    /// </summary>
    public int? BatchSize { get; set; }

    /// <summary>
    /// Batches that are run at the same time, each on a thread of its own, at least 1. Null: one a processor core; one on a GPU. Two more batches are in memory: one that
    /// is read, and one that is being filled.
    /// </summary>
    public int? Threads { get; set; }

    /// <summary>Threads of ONNX Runtime that share one batch; 0: one a core. Batches side by side are faster than batches that are shared.</summary>
    public int IntraOpNumThreads { get; set; } = 1;

    /// <summary>Threads of ONNX Runtime for branches of a graph; it uses them in its parallel mode alone. Null: its own choice.</summary>
    public int? InterOpNumThreads { get; set; }

    /// <summary>
    /// What may run the network: the first that there is on this machine does. Null: the GPU of <see cref="Context"/> where it names one, and the processor otherwise.
    /// </summary>
    public IReadOnlyList<OnnxExecutionProvider>? ExecutionProviders { get; set; }

    /// <summary>The GPU's number, from 0; null: the <see cref="Context"/>'s, or 0.</summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether the processor runs the network where there is no such GPU, which is told in the log; null: as the <see cref="Context"/> says, or true without one.</summary>
    public bool? FallbackToCpu { get; set; }

    /// <summary>
    /// Whether a file that takes one row at a time, its first axes being fixed to 1, is rewritten to take many; what it gives is then compared with what the file itself
    /// gives, on the first rows.
    /// </summary>
    public bool RewriteFixedBatch { get; set; } = true;

    /// <summary>Ends reading with an <see cref="OperationCanceledException"/> that names the row, also in the middle of a batch.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Whose log hears what runs the network, and why rows are not put together; null: <c>System.Diagnostics.Trace</c>.</summary>
    public MLContext? Context { get; set; }

    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    /// <exception cref="ArgumentException">No provider is named.</exception>
    internal OnnxBatchingOptions Checked()
    {
        if (BatchSize < 1)
            throw new ArgumentOutOfRangeException(nameof(BatchSize), BatchSize, $"{nameof(BatchSize)} is {BatchSize}; it must be at least 1, or null for one by the size of a row");
        if (Threads < 1)
            throw new ArgumentOutOfRangeException(nameof(Threads), Threads, $"{nameof(Threads)} is {Threads}; it must be at least 1, or null for one a processor core");
        if (IntraOpNumThreads < 0)
            throw new ArgumentOutOfRangeException(nameof(IntraOpNumThreads), IntraOpNumThreads, $"{nameof(IntraOpNumThreads)} is {IntraOpNumThreads}; it must be at least 1, or 0 for all cores");
        if (ExecutionProviders is { Count: 0 })
            throw new ArgumentException($"{nameof(ExecutionProviders)} names none: name one, or leave it null", nameof(ExecutionProviders));
        return (OnnxBatchingOptions)MemberwiseClone();
    }
}

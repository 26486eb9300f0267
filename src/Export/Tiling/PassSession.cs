using Microsoft.ML.OnnxRuntime;

namespace MLNetGen.Export.Tiling;

/// <summary>A model in ONNX Runtime, made when it is first needed, that gives its memory back after every tile. Several threads may run it at once.</summary>
internal sealed class PassSession(Func<byte[]> model, int threads, IReadOnlyList<string> outputs) : IDisposable
{
    private readonly Lazy<InferenceSession> session = new(() => Open(model(), threads));

    public IReadOnlyList<string> Outputs => outputs;

    public IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyDictionary<string, OrtValue> feeds)
    {
        using var run = new RunOptions();
        return session.Value.Run(run, feeds, outputs);
    }

    /// <summary>Makes it now.</summary>
    public void Prepare() => _ = session.Value;

    public void Dispose()
    {
        if (session.IsValueCreated) session.Value.Dispose();
    }

    private static InferenceSession Open(byte[] model, int threads)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            // An arena keeps the most that was ever used.
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Between tiles the threads would only take time from the copying.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return new InferenceSession(model, options);
    }
}

using Microsoft.ML.OnnxRuntime;

namespace MLNetGen.Export.Tiling;

/// <summary>A model in ONNX Runtime that gives its memory back after every tile.</summary>
internal sealed class PassSession(byte[] model, int threads, IReadOnlyList<string> outputs) : IDisposable
{
    private readonly SessionOptions options = Options(threads);
    private InferenceSession? session;

    public static SessionOptions Options(int threads)
    {
        var options = new SessionOptions
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
        return options;
    }

    public IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyDictionary<string, OrtValue> feeds)
    {
        session ??= new InferenceSession(model, options);
        using var run = new RunOptions();
        return session.Run(run, feeds, outputs);
    }

    public void Dispose()
    {
        session?.Dispose();
        options.Dispose();
    }
}

using Microsoft.ML.OnnxRuntime;

namespace MLNetGen.Export.Tiling;

/// <summary>A model in ONNX Runtime that gives its memory back after every tile.</summary>
internal sealed class PassSession(byte[] model, int threads, IReadOnlyList<string> outputs) : IDisposable
{
    private readonly SessionOptions options = Options(threads);
    private InferenceSession? session;

    public static SessionOptions Options(int threads) => new()
    {
        IntraOpNumThreads = threads,
        InterOpNumThreads = 1,
        // An arena keeps the most that was ever used.
        EnableCpuMemArena = false,
        EnableMemoryPattern = false,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };

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

using Microsoft.ML.OnnxRuntime;
using MLNetGen.Onnx;

namespace MLNetGen;

/// <summary>A session, and what runs it.</summary>
/// <param name="Session">The session.</param>
/// <param name="Provider">What runs it.</param>
/// <param name="Refused">Why those named before it do not: a sentence each.</param>
internal sealed record OnnxProviderSession(InferenceSession Session, OnnxExecutionProvider Provider, IReadOnlyList<string> Refused)
{
    private static readonly IReadOnlyDictionary<OnnxExecutionProvider, string> Names = new Dictionary<OnnxExecutionProvider, string>
    {
        [OnnxExecutionProvider.Cpu] = "CPUExecutionProvider",
        [OnnxExecutionProvider.Cuda] = "CUDAExecutionProvider",
        [OnnxExecutionProvider.DirectML] = "DmlExecutionProvider",
    };

    /// <summary>A session of the first provider that is there and takes the file.</summary>
    /// <exception cref="InvalidOperationException">None is, and the processor is not among those that may run it.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the file.</exception>
    public static OnnxProviderSession Open(OnnxModelSource source, OnnxBatchingOptions options)
    {
        List<string> refused = [];
        foreach (OnnxExecutionProvider provider in Allowed(options))
        {
            try
            {
                return new OnnxProviderSession(OpenWith(provider, source, options), provider, refused);
            }
            catch (Exception e) when (provider != OnnxExecutionProvider.Cpu && e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException or NotSupportedException)
            {
                refused.Add($"{provider} cannot run it here: {e.Message.Trim().TrimEnd('.')}");
            }
        }
        throw new InvalidOperationException(
            $"{string.Join("; ", refused)}. Add {nameof(OnnxExecutionProvider)}.{OnnxExecutionProvider.Cpu} to {nameof(OnnxBatchingOptions.ExecutionProviders)}, or use "
            + "ONNX Runtime's package for that device (Microsoft.ML.OnnxRuntime.Gpu, Microsoft.ML.OnnxRuntime.DirectML).");
    }

    /// <summary>A session of one provider.</summary>
    public static InferenceSession OpenWith(OnnxExecutionProvider provider, OnnxModelSource source, OnnxBatchingOptions options)
    {
        string[] there = OrtEnv.Instance().GetAvailableProviders();
        if (!there.Contains(Names[provider]))
            throw new NotSupportedException($"this package of ONNX Runtime has {string.Join(", ", there)}");
        using SessionOptions session = new() { IntraOpNumThreads = options.IntraOpNumThreads };
        if (options.InterOpNumThreads is { } threads)
            session.InterOpNumThreads = threads;
        // Threads that wait sleep: the rows are read by other ones.
        session.LetThreadsSleep();
        int device = Device(options) ?? 0;
        switch (provider)
        {
            case OnnxExecutionProvider.Cuda:
                session.AppendExecutionProvider_CUDA(device);
                break;
            case OnnxExecutionProvider.DirectML:
                // As its documentation asks for.
                session.EnableMemoryPattern = false;
                session.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
                session.AppendExecutionProvider_DML(device);
                break;
        }
        return source.Open(session);
    }

    private static IReadOnlyList<OnnxExecutionProvider> Allowed(OnnxBatchingOptions options)
    {
        if (options.ExecutionProviders is { } named)
            return named;
        if (Device(options) is null)
            return [OnnxExecutionProvider.Cpu];
        return options.FallbackToCpu ?? options.Context?.FallbackToCpu ?? true ? [OnnxExecutionProvider.Cuda, OnnxExecutionProvider.Cpu] : [OnnxExecutionProvider.Cuda];
    }

    private static int? Device(OnnxBatchingOptions options) => options.GpuDeviceId ?? options.Context?.GpuDeviceId;
}

using Microsoft.ML.OnnxRuntime;

namespace MLNetGen.Onnx;

/// <summary>Whether ONNX Runtime can use a GPU here.</summary>
public static class OnnxGpu
{
    /// <summary>Why ONNX Runtime cannot use a GPU; null where it can. ONNX Runtime's package for processors knows none at all.</summary>
    /// <param name="deviceId">The GPU's number, from 0.</param>
    public static string? Problem(int deviceId)
    {
        try
        {
            using SessionOptions options = new();
            options.AppendExecutionProvider_CUDA(deviceId);
            return null;
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            return e.Message.Trim();
        }
    }

    /// <summary>The GPU that is asked for, or null where none is, or none is there and <paramref name="fallBack"/> is set.</summary>
    /// <param name="deviceId">Null: the processor.</param>
    /// <param name="fallBack">Whether the processor will do.</param>
    /// <param name="setting">What the caller knows it by: <c>TilingOptions</c>.</param>
    /// <param name="problem">Why there is none, in a sentence for a log, where one was asked for and the processor takes its place.</param>
    /// <exception cref="InvalidOperationException">There is none, and the processor will not do.</exception>
    internal static int? Find(int? deviceId, bool fallBack, string setting, out string? problem)
    {
        problem = null;
        if (deviceId is not { } gpu || Problem(gpu) is not { } why)
            return deviceId;
        string what = $"{setting}.GpuDeviceId is {gpu}, and ONNX Runtime cannot use that GPU here ({why})";
        if (!fallBack)
            throw new InvalidOperationException($"{what}: leave GpuDeviceId unset, set FallbackToCpu, or use a package of ONNX Runtime that has one (Microsoft.ML.OnnxRuntime.Gpu).");
        problem = $"{what}: networks are run on the processor.";
        return null;
    }
}

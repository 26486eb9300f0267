using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Makes ONNX Runtime sessions with an environment's options and a transformer's settings.</summary>
internal static class OnnxSession
{
    public static InferenceSession Create(IHostEnvironment env, string file, OnnxSettings settings)
    {
        OnnxSessionOptions common = (env as IHostEnvironmentInternal)?.GetOnnxSessionOption() ?? new OnnxSessionOptions();
        CreateGlobalThreads(common);
        if (common.CreateSessionOptions != null)
            return new InferenceSession(file, common.CreateSessionOptions());
        if (settings.GpuDeviceId is not int device)
            return Create(file, new SessionOptions(), common, settings);
        try
        {
            return Create(file, SessionOptions.MakeSessionOptionWithCudaProvider(device), common, settings);
        }
        catch (OnnxRuntimeException) when (settings.FallbackToCpu)
        {
            return Create(file, new SessionOptions(), common, settings);
        }
    }

    private static InferenceSession Create(string file, SessionOptions options, OnnxSessionOptions common, OnnxSettings settings)
    {
        using (options)
        {
            common.CopyTo(options);
            options.InterOpNumThreads = settings.InterOpNumThreads ?? common.InterOpNumThreads;
            options.IntraOpNumThreads = settings.IntraOpNumThreads ?? common.IntraOpNumThreads;
            return new InferenceSession(file, options);
        }
    }

    private static void CreateGlobalThreads(OnnxSessionOptions common)
    {
        if (common.PerSessionThreads || OrtEnv.IsCreated)
            return;
        var options = new EnvironmentCreationOptions
        {
            threadOptions = new OrtThreadingOptions
            {
                GlobalInterOpNumThreads = common.GlobalInterOpNumThreads,
                GlobalIntraOpNumThreads = common.GlobalIntraOpNumThreads,
            },
        };
        OrtEnv.CreateInstanceWithOptions(ref options);
    }
}

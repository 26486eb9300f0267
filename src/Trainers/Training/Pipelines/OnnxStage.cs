using Microsoft.ML;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen;

/// <summary>One network of a pipeline.</summary>
internal static class OnnxStage
{
    public static OnnxScoringEstimator Of(MLContext context, string file, string[] inputs, string[] outputs, int threads) =>
        context.Transforms.ApplyOnnxModel(new OnnxOptions
        {
            ModelFile = file,
            InputColumns = inputs,
            OutputColumns = outputs,
            GpuDeviceId = context.GpuDeviceId,
            FallbackToCpu = context.FallbackToCpu,
            IntraOpNumThreads = threads,
        });
}

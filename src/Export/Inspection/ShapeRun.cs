using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNetGen.Export.Onnx;

namespace MLNetGen.Export;

/// <summary>Runs a model once on zeros and notes the shape of every output.</summary>
internal static class ShapeRun
{
    /// <param name="model">A model whose outputs are the values asked for.</param>
    /// <param name="shapes">Has the inputs' shapes; gets the outputs'.</param>
    public static void Run(ModelProto model, Dictionary<string, long[]> shapes)
    {
        // As it is written: optimisation would remove the values asked for. Errors come as exceptions, and nothing is printed.
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
        };
        using var session = new InferenceSession(model.ToByteArray(), options);
        var feeds = new Dictionary<string, OrtValue>();
        try
        {
            foreach (string name in session.InputNames) feeds.Add(name, Zeros(name, session.InputMetadata[name], shapes));
            using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, feeds, session.OutputNames);
            for (int i = 0; i < results.Count; i++)
            {
                if (results[i].OnnxType == OnnxValueType.ONNX_TYPE_TENSOR) shapes[session.OutputNames[i]] = results[i].GetTensorTypeAndShape().Shape;
            }
        }
        finally
        {
            foreach (OrtValue feed in feeds.Values) feed.Dispose();
        }
    }

    private static OrtValue Zeros(string name, NodeMetadata input, Dictionary<string, long[]> shapes)
    {
        if (!input.IsTensor || !shapes.TryGetValue(name, out long[]? shape))
            throw new NotSupportedException($"input '{name}' is no tensor, or the file does not say how many axes it has.");
        if (input.ElementDataType == TensorElementType.String) return OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
        OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, input.ElementDataType, shape);
        value.GetTensorMutableRawData().Clear();
        return value;
    }
}

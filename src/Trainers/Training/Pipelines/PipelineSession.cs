using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Onnx;
using MLNetGen.Onnx;

namespace MLNetGen;

/// <summary>A network of a pipeline in a session of its own, for batches: ML.NET runs it a row at a time.</summary>
internal sealed class PipelineSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions run = new();

    public PipelineSession(OnnxTransformer network)
    {
        using SessionOptions options = new();
        options.LetThreadsSleep();
        session = OnnxModelSource.Of(network).Open(options);
    }

    /// <summary>One output of float32 inputs, whose first axis is the batch.</summary>
    public float[] Run(string output, params IReadOnlyList<(string Name, float[] Values, long[] Shape)> inputs)
    {
        Dictionary<string, OrtValue> feeds = inputs.ToDictionary(input => input.Name, input => OrtValue.CreateTensorValueFromMemory(input.Values, input.Shape));
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, feeds, [output]);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }
        finally
        {
            foreach (OrtValue feed in feeds.Values) feed.Dispose();
        }
    }

    public void Dispose()
    {
        run.Dispose();
        session.Dispose();
    }
}

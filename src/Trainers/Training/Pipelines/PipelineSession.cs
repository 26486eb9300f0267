using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen;

/// <summary>A network of a pipeline in a session of its own, for batches: ML.NET runs it a row at a time.</summary>
internal sealed class PipelineSession : IDisposable
{
    // As ML.NET names it in a saved model, after the length of the array.
    private const string Entry = "OnnxModel";
    private const int LengthBytes = sizeof(int);

    private readonly InferenceSession session;
    private readonly RunOptions run = new();

    public PipelineSession(MLContext context, OnnxTransformer network)
    {
        using SessionOptions options = new();
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        session = new InferenceSession(FileOf(context, network), options);
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

    // A transformer tells nothing of its file but by saving itself.
    private static byte[] FileOf(MLContext context, OnnxTransformer network)
    {
        using MemoryStream saved = new();
        context.Model.Save(network, null, saved);
        using ZipArchive zip = new(saved, ZipArchiveMode.Read);
        using Stream entry = zip.Entries.Single(entry => entry.Name == Entry).Open();
        using MemoryStream file = new();
        entry.CopyTo(file);
        return file.ToArray()[LengthBytes..];
    }
}

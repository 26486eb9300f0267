using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace MLNetGen.Evaluation;

/// <summary>An extractor's file in ONNX Runtime, some pictures at a time. Any number of threads may run it at once.</summary>
internal sealed class ExtractorSession : IDisposable
{
    // The first maps of ResNet-18 take 3 MiB a picture; more at a time are not faster.
    private const int PicturesAtATime = 16;

    private readonly InferenceSession session;
    private readonly ExtractorModel model;

    public ExtractorSession(MLContext context, ExtractorModel model)
    {
        this.model = model;
        using SessionOptions options = PictureSessions.Options(threads: 0, ContextGpu.FindAndTell(context));
        session = new InferenceSession(model.Path, options);
    }

    /// <summary>How many pictures a run takes at most.</summary>
    public int BatchSize => model.FixedBatch ?? PicturesAtATime;

    /// <summary>Values of one picture.</summary>
    public int PixelCount => model.Channels * model.Height * model.Width;

    /// <param name="pixels">[<see cref="BatchSize"/>, channels, height, width].</param>
    /// <param name="count">How many of them are pictures, at least 1.</param>
    /// <param name="outputs">Names in the file.</param>
    /// <returns>[output], [pictures, values]; where the file says how many pictures it takes, those beyond <paramref name="count"/> mean nothing.</returns>
    public float[][] Run(float[] pixels, int count, IReadOnlyList<string> outputs)
    {
        int taken = model.FixedBatch ?? count;
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, pixels.AsMemory(0, taken * PixelCount), [taken, model.Channels, model.Height, model.Width]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, [model.Input], [input], outputs);
        return [.. results.Select(result => result.GetTensorDataAsSpan<float>().ToArray())];
    }

    public void Dispose() => session.Dispose();
}

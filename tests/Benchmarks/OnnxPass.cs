using Microsoft.ML.OnnxRuntime;

namespace MLNetGen.Benchmarks;

/// <summary>How long an ONNX file takes in ONNX Runtime.</summary>
internal static class OnnxPass
{
    /// <summary>Median seconds of one pass, after some that do not count.</summary>
    public static double MedianSeconds(string path, int threads, int warmUp, int timed, params (float[] Values, long[] Shape)[] inputs)
    {
        using SessionOptions options = new() { IntraOpNumThreads = threads };
        // Threads that spin between two passes would take the processor from the peer's turn.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        using InferenceSession session = new(path, options);
        Dictionary<string, OrtValue> feeds = session.InputNames
            .Zip(inputs, (name, input) => (name, value: OrtValue.CreateTensorValueFromMemory(input.Values, input.Shape)))
            .ToDictionary(pair => pair.name, pair => pair.value);
        using RunOptions run = new();
        double seconds = Laps.MedianOf(warmUp, timed, () => session.Run(run, feeds, session.OutputNames).Dispose());
        foreach (OrtValue value in feeds.Values)
            value.Dispose();
        return seconds;
    }

    public static float[] RandomValues(int count, float largest = 1)
    {
        Random random = new(1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = largest * random.NextSingle();
        return values;
    }
}

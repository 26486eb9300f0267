using Microsoft.ML.OnnxRuntime;

namespace MLNetGen.Export.Tests;

/// <summary>The network on the whole picture, as any program runs an ONNX file.</summary>
internal static class WholeRun
{
    /// <summary>Bytes [height, width, 3] in and out, of a network with float32 [N, C, H, W].</summary>
    public static byte[] Of(OnnxFile file, byte[] pixels, int width, int height, float? strength)
    {
        var planes = new float[pixels.Length];
        for (int i = 0; i < pixels.Length; i++) planes[i % 3 * width * height + i / 3] = pixels[i];
        using InferenceSession session = file.Open();
        using OrtValue picture = OrtValue.CreateTensorValueFromMemory(planes, [1, 3, height, width]);
        using OrtValue much = OrtValue.CreateTensorValueFromMemory(new[] { strength ?? 1 }, [1]);
        var feeds = new Dictionary<string, OrtValue> { [session.InputNames[0]] = picture };
        if (strength is not null) feeds[session.InputNames[1]] = much;
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, feeds, session.OutputNames);
        ReadOnlySpan<float> output = results[0].GetTensorDataAsSpan<float>();
        var result = new byte[output.Length];
        int plane = output.Length / 3;
        for (int i = 0; i < result.Length; i++) result[i] = (byte)Math.Clamp(MathF.Round(output[i % 3 * plane + i / 3]), 0, 255);
        return result;
    }

    /// <summary>Smooth shapes, hard edges and noise, different in every corner, so that a tile's own statistics are not the picture's.</summary>
    public static byte[] Picture(int width, int height)
    {
        var random = new Random(width * 1000 + height);
        var pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int x, int y, int c) = (i / 3 % width, i / 3 / width, i % 3);
            double smooth = 128 + 100 * Math.Sin(x * 0.11 + c) * Math.Cos(y * 0.07 - c) * x / width;
            double edge = x * 2 + y > width + height / 2 ? 40 : 0;
            pixels[i] = (byte)Math.Clamp(smooth + edge + random.Next(-30, 30) * y / height, 0, 255);
        }

        return pixels;
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;

namespace MLNetGen.Tests;

/// <summary>OpenCV's DNN module, an engine for ONNX files that shares no code with ONNX Runtime.</summary>
internal static class OpenCv
{
    public const string Module = "cv2";

    private const string Program = """
        import base64, json, sys
        import cv2, numpy
        for line in sys.stdin:
            ask = json.loads(line)
            try:
                net = cv2.dnn.readNetFromONNX(ask["model"])
                values = numpy.frombuffer(base64.b64decode(ask["values"]), "<f4").reshape(ask["shape"])
                net.setInput(values, ask["input"])
                outputs = net.forward(ask["outputs"])
                answer = {"outputs": [{"shape": y.shape, "values": base64.b64encode(y.astype("<f4").tobytes()).decode()} for y in outputs]}
            except Exception as e:
                answer = {"error": str(e)}
            print(json.dumps(answer), flush=True)
        """;

    private static readonly Lazy<PythonProcess> Engine = new(() => new PythonProcess(Program));

    /// <exception cref="InvalidOperationException">OpenCV cannot read or run the file.</exception>
    public static (long[] Shape, float[] Values)[] Run(string model, string input, long[] shape, float[] values, IReadOnlyList<string> outputs)
    {
        byte[] bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        using JsonDocument answer = JsonDocument.Parse(Engine.Value.Ask(JsonSerializer.Serialize(new { model, input, shape, values = bytes, outputs })));
        if (answer.RootElement.TryGetProperty("error", out JsonElement error))
            throw new InvalidOperationException($"OpenCV on '{model}': {error.GetString()}");
        return [.. answer.RootElement.GetProperty("outputs").EnumerateArray().Select(output => (
            output.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64()).ToArray(),
            MemoryMarshal.Cast<byte, float>(output.GetProperty("values").GetBytesFromBase64()).ToArray()))];
    }
}

using System.Text.Json;

namespace MLNetGen.Tests;

/// <summary>Reads animated GIFs with Pillow.</summary>
internal static class PythonGif
{
    public const string Module = "PIL";

    private const string Program = """
        import base64, json, sys
        from PIL import Image, ImageSequence
        for line in sys.stdin:
            with Image.open(line.strip()) as gif:
                frames = [{"delay": f.info["duration"], "size": f.size, "pixels": base64.b64encode(f.convert("RGB").tobytes()).decode()} for f in ImageSequence.Iterator(gif)]
                print(json.dumps({"format": gif.format, "loop": gif.info["loop"], "frames": frames}), flush=True)
        """;

    private static readonly Lazy<PythonProcess> Reader = new(() => new PythonProcess(Program));

    /// <summary>The frames, each with its delay in milliseconds; and how often they repeat, 0 for ever.</summary>
    public static (IReadOnlyList<(Picture Picture, double Delay)> Frames, int Loop) Read(string path)
    {
        using var answer = JsonDocument.Parse(Reader.Value.Ask(path));
        Assert.Equal("GIF", answer.RootElement.GetProperty("format").GetString());
        var frames = answer.RootElement.GetProperty("frames").EnumerateArray().Select(frame => (
            new Picture(frame.GetProperty("size")[0].GetInt32(), frame.GetProperty("size")[1].GetInt32(), 3, frame.GetProperty("pixels").GetBytesFromBase64()),
            frame.GetProperty("delay").GetDouble()));
        return ([.. frames], answer.RootElement.GetProperty("loop").GetInt32());
    }
}

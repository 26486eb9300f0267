using System.Globalization;
using System.Text.Json;

namespace MLNetGen;

/// <summary>What a video file says of itself.</summary>
/// <param name="Width">Width of its frames in pixels, turned upright.</param>
/// <param name="Height">Height of its frames in pixels, turned upright.</param>
/// <param name="FrameRate">Frames a second as a fraction, such as <c>30000/1001</c>; the average where they are not evenly spaced.</param>
/// <param name="FrameCount">How many frames there are, or about; null where the file does not say.</param>
/// <param name="HasAudio">Whether there is sound.</param>
public sealed record VideoInfo(int Width, int Height, string FrameRate, int? FrameCount, bool HasAudio)
{
    /// <summary><see cref="FrameRate"/> as a number.</summary>
    public double FramesPerSecond => FrameRate.Split('/') is [var up, var down]
        ? double.Parse(up, CultureInfo.InvariantCulture) / double.Parse(down, CultureInfo.InvariantCulture) : double.Parse(FrameRate, CultureInfo.InvariantCulture);

    /// <summary>Width to height of one pixel, such as <c>16:15</c>; <c>1:1</c> where nothing is said.</summary>
    internal string PixelAspect { get; init; } = "1:1";

    /// <summary>Seconds by which the pictures begin after the file does.</summary>
    internal double Delay { get; init; }
}

/// <summary>Asks ffprobe about a video.</summary>
internal static class VideoProbe
{
    public static VideoInfo Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no video '{path}'", path);
        var json = FfmpegProcess.Run("ffprobe", $"'{path}' is not a video that ffmpeg can read",
            "-v", "error", "-of", "json", "-show_format", "-show_streams", "-protocol_whitelist", "file", "-i", FileName(path));
        using var document = JsonDocument.Parse(json);
        JsonElement? video = null;
        var audio = false;
        foreach (var stream in document.RootElement.GetProperty("streams").EnumerateArray())
        {
            var kind = Text(stream, "codec_type");
            // A song's cover is a video stream, too.
            var isCover = stream.TryGetProperty("disposition", out var disposition) && disposition.TryGetProperty("attached_pic", out var attached) && attached.GetInt32() == 1;
            if (kind == "video" && !isCover)
                video ??= stream;
            audio |= kind == "audio";
        }
        return video is { } found ? Describe(path, found, document.RootElement.GetProperty("format"), audio)
            : throw new InvalidDataException($"'{path}' holds no video{(audio ? ", only sound" : "")}");
    }

    /// <summary>A name that ffmpeg takes for a file whatever it begins with.</summary>
    public static string FileName(string path) => $"file:{path}";

    private static VideoInfo Describe(string path, JsonElement stream, JsonElement format, bool audio)
    {
        var rate = Fraction(stream, "avg_frame_rate") ?? Fraction(stream, "r_frame_rate")
            ?? throw new InvalidDataException($"'{path}' does not say how many frames it has a second");
        var (width, height) = (stream.GetProperty("width").GetInt32(), stream.GetProperty("height").GetInt32());
        if (width < 1 || height < 1 || (long)width * height * 3 > Array.MaxLength)
            throw new InvalidDataException($"'{path}' has frames of an impossible size, {width}×{height}");
        var (across, down) = (Text(stream, "sample_aspect_ratio") is { } text ? Parts(text, ':') : null) ?? (1, 1);
        if (IsTurned(stream))
            (width, height, across, down) = (height, width, down, across);
        var count = Number(stream, "nb_frames") ?? (Number(stream, "duration") ?? Number(format, "duration")) * rate.Up / rate.Down;
        return new VideoInfo(width, height, $"{rate.Up}/{rate.Down}", count is > 0 and < int.MaxValue ? (int)Math.Round(count.Value) : null, audio)
        {
            PixelAspect = $"{across}:{down}",
            Delay = Math.Max(0, (Number(stream, "start_time") ?? 0) - (Number(format, "start_time") ?? 0)),
        };
    }

    // ffmpeg turns such frames upright while it decodes.
    private static bool IsTurned(JsonElement stream)
    {
        var degrees = stream.TryGetProperty("tags", out var tags) ? Number(tags, "rotate") : null;
        if (stream.TryGetProperty("side_data_list", out var list))
        {
            foreach (var data in list.EnumerateArray())
                degrees = Number(data, "rotation") ?? degrees;
        }
        return degrees is { } turn && Math.Abs((int)Math.Round(turn)) % 180 == 90;
    }

    private static (int Up, int Down)? Fraction(JsonElement element, string name) => Text(element, name) is { } text ? Parts(text, '/') : null;

    private static (int Up, int Down)? Parts(string text, char separator)
    {
        var parts = text.Split(separator);
        return parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var up) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var down)
            && up > 0 && down > 0 ? (up, down) : null;
    }

    private static double? Number(JsonElement element, string name) =>
        double.TryParse(Text(element, name), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : null;
}

using System.Diagnostics;
using System.Globalization;

namespace MLNetGen.Tests;

/// <summary>Videos that ffmpeg makes, and what ffprobe says of others: by command lines of the tests' own.</summary>
internal static class MadeVideo
{
    /// <summary>A test card with a tone.</summary>
    public static string WithTone(TestFolder folder, string name, int width, int height, string rate, double seconds, params string[] more) => Make(folder, name,
    [
        "-f", "lavfi", "-i", Text($"testsrc=size={width}x{height}:rate={rate}:duration={seconds}"), "-f", "lavfi", "-i", Text($"sine=frequency=440:duration={seconds}"),
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", width % 2 == 0 && height % 2 == 0 ? "yuv420p" : "yuv444p", "-c:a", "aac", .. more,
    ]);

    /// <summary>Frame n is grey of brightness 16 + 20·n in the video's own scale, (20·n)·255/219 in ours.</summary>
    public static string Brightening(TestFolder folder, string name, int frames, params string[] more) => Make(folder, name,
    [
        "-f", "lavfi", "-i", $"color=black:size=48x32:rate=10,format=yuv420p,geq=lum='16+N*20':cb=128:cr=128", "-frames:v", $"{frames}", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", .. more,
    ]);

    /// <summary>One figure of one stream.</summary>
    public static string Ask(string path, string stream, string entry) =>
        Run("ffprobe", "-v", "error", "-select_streams", stream, "-count_packets", "-show_entries", $"stream={entry}", "-of", "csv=p=0", path).Trim().TrimEnd(',');

    /// <summary>A checksum of a stream's packets as they are, not decoded.</summary>
    public static string SoundPackets(string path) => Run("ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-c", "copy", "-f", "md5", "-");

    public static string Make(TestFolder folder, string name, params string[] arguments)
    {
        Run("ffmpeg", ["-v", "error", .. arguments, folder.Path(name)]);
        return folder.Path(name);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaints = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, complaints.Result);
        return text;
    }
}

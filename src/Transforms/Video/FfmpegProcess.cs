using System.ComponentModel;
using System.Diagnostics;

namespace MLNetGen;

/// <summary>
/// A program of ffmpeg's with pipes for its input and output; what it complains of is collected. Where the system has the means (Linux,
/// Windows), a terminal's Ctrl-C does not reach it, so that what it was given is written to the end.
/// </summary>
internal sealed class FfmpegProcess : IDisposable
{
    // What ffmpeg answers when it was told to end by a signal.
    private const int InterruptedExitCode = 255;

    private readonly Process process;
    private readonly Task<string> complaints;

    private FfmpegProcess(Process process)
    {
        this.process = process;
        // Read while it runs: a full pipe would stop it.
        complaints = process.StandardError.ReadToEndAsync();
    }

    public int Id => process.Id;

    public Stream Input => process.StandardInput.BaseStream;

    public Stream Output => process.StandardOutput.BaseStream;

    /// <summary>What it wrote to its error stream; waits for its end.</summary>
    public string Complaints => complaints.GetAwaiter().GetResult().Trim();

    /// <summary>Whether the programs are installed.</summary>
    public static bool IsInstalled()
    {
        foreach (var program in new[] { "ffmpeg", "ffprobe" })
        {
            try
            {
                using var process = Start(program, "-version");
                process.Output.CopyTo(Stream.Null);
                if (process.Wait() != 0)
                    return false;
            }
            catch (FileNotFoundException)
            {
                return false;
            }
        }
        return true;
    }

    /// <exception cref="FileNotFoundException">The program is not installed.</exception>
    public static FfmpegProcess Start(string program, params IEnumerable<string> arguments)
    {
        var start = OwnGroup(program, arguments);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            return new FfmpegProcess(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new FileNotFoundException(
                $"Videos need ffmpeg, and the program '{program}' cannot be started: {e.Message}. Install it (Debian, Ubuntu: apt-get install ffmpeg; " +
                "macOS: brew install ffmpeg; Windows: winget install ffmpeg), or give a folder of frames.", program, e);
        }
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidDataException">It failed; says why in its own words.</exception>
    public static string Run(string program, string purpose, params IEnumerable<string> arguments)
    {
        using var process = Start(program, arguments);
        process.Input.Close();
        using var reader = new StreamReader(process.Output);
        var text = reader.ReadToEnd();
        return process.Wait() == 0 ? text : throw new InvalidDataException($"{purpose}: {Shorten(process.Complaints)}");
    }

    /// <summary>Its exit code, once it has ended.</summary>
    public int Wait()
    {
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Whether a signal ended it, as Ctrl-C does where it could not be kept away; waits for its end.</summary>
    public bool WasInterrupted() => Wait() == InterruptedExitCode;

    public void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
        }
    }

    public void Dispose()
    {
        Kill();
        process.WaitForExit();
        process.Dispose();
    }

    // Ctrl-C is sent to all programs of the terminal's group, and ffmpeg would leave while frames are on their way to it.
    private static ProcessStartInfo OwnGroup(string program, IEnumerable<string> arguments)
    {
        if (OperatingSystem.IsWindows())
            return new(program, arguments) { CreateNewProcessGroup = true };
        // setsid becomes the program; but a program that is absent would be setsid's complaint and not the system's.
        return OperatingSystem.IsLinux() && IsOnPath("setsid") && IsOnPath(program) ? new("setsid", [program, .. arguments]) : new(program, arguments);
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>The last lines: the first ones are often the same complaint over and over.</summary>
    public static string Shorten(string complaints)
    {
        var lines = complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(4).ToArray();
        return lines.Length == 0 ? "ffmpeg does not say why" : string.Join("; ", lines);
    }
}

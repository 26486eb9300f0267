using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;

namespace MLNetGen.Cli;

/// <summary>What every command can be told.</summary>
internal static class CommonOptions
{
    private static readonly Option<bool> Quiet = new("--quiet") { Description = "No progress and no notes: only results, warnings and errors", Recursive = true };

    public static Option<bool> Json { get; } = new("--json") { Description = "What was found and written as one JSON object on standard output, for programs", Recursive = true };

    private static readonly Option<bool> Open = new("--open") { Description = "Open the page that was written, or is shown", Recursive = true };

    private static bool isOpened;

    /// <summary>The page that a command wrote, for <c>--open</c>.</summary>
    public static string? Page { get; set; }

    public static void AddTo(RootCommand root)
    {
        root.Add(Quiet);
        root.Add(Json);
        root.Add(Open);
    }

    /// <summary>Before the command runs.</summary>
    public static void Take(ParseResult parsed)
    {
        if (parsed.GetValue(Quiet))
            LogLines.IsQuiet = TrainingDisplay.IsQuiet = true;
        // Not where help is asked for.
        if (parsed.GetValue(Json) && parsed.Action == parsed.CommandResult.Command.Action)
            JsonOutput.Begin();
    }

    /// <summary>After it ran.</summary>
    public static void Finish(ParseResult parsed)
    {
        JsonOutput.End();
        if (!parsed.GetValue(Open) || isOpened)
            return;
        if (Page is null)
        {
            Console.Error.WriteLine("mlnetgen: --open has nothing to open: this command wrote no page.");
            return;
        }
        Show(Path.GetFullPath(Page));
    }

    /// <summary>For a command that goes on while its page is looked at.</summary>
    public static void OpenNow(ParseResult parsed, string address)
    {
        if (parsed.GetValue(Open))
            Show(address);
        isOpened = true;
    }

    private static void Show(string page)
    {
        try
        {
            using Process? browser = Process.Start(new ProcessStartInfo(page) { UseShellExecute = true });
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            Console.Error.WriteLine($"mlnetgen: --open finds no program for '{page}': {e.Message}");
        }
    }
}

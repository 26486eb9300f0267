using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MLNetGen.Tests.Cli;

/// <summary>What a terminal shows while a network is trained, in tmux: the lines that the same command writes to a file, and one live line below them.</summary>
public sealed partial class ScreenTests : IDisposable
{
    private const string Bar = "━";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5), Poll = TimeSpan.FromMilliseconds(200);

    private readonly string folder = Directory.CreateTempSubdirectory("mlnetgen-test-").FullName;
    private readonly string server = $"mlnetgen-{Guid.NewGuid():N}";

    public void Dispose()
    {
        Tmux("kill-server");
        Directory.Delete(folder, recursive: true);
    }

    [ProgramFact("tmux")]
    public void The_screen_holds_the_lines_of_a_file_and_one_live_line_at_any_width()
    {
        string pictures = TrainVaeCommandTests.Run.MoonFolder(folder, 40);
        string command = string.Join(' ', ((string[])
        [
            "dotnet", CommandLine.PathOf("src/Cli", "mlnetgen"), "train", "vae", "--data", pictures, "--split", "32", "--network", "mlp", "--latent-dim", "2", "--epochs", "4", "--threads", "1", "--out", "run",
        ]).Select(word => $"'{word}'"));
        using Process plain = CommandLine.StartProgram("sh", ["-c", $"{command} 2>&1"], Directory.CreateDirectory(Path.Combine(folder, "plain")).FullName);
        CommandLine.Outcome outcome = CommandLine.Outcome.Of(plain);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
        string[] lines = [.. outcome.Output.Split('\n').Select(Timeless).Where(line => line.Length > 0)];
        Assert.Equal(4, lines.Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));

        (int Width, int Then)[] screens = [(40, 40), (80, 80), (110, 110), (200, 200), (110, 45)];
        foreach ((int width, int then) in screens)
        {
            Tmux("new-session", "-d", "-s", $"{width}-{then}", "-x", $"{width}", "-y", "80", "-c", Directory.CreateDirectory(Path.Combine(folder, $"{width}-{then}")).FullName, command);
            Tmux("set-option", "-t", $"{width}-{then}", "remain-on-exit", "on");
            if (width != then)
                WaitUntil(() => Tmux("capture-pane", "-p", "-t", $"{width}-{then}").Contains(Bar, StringComparison.Ordinal));
            Tmux("resize-window", "-t", $"{width}-{then}", "-x", $"{then}");
        }
        foreach ((int width, int then) in screens)
        {
            string session = $"{width}-{then}";
            WaitUntil(() => Tmux("display-message", "-p", "-t", session, "#{pane_dead}").Trim() == "1");
            // Joins what the terminal wrapped. tmux's own line tells that the program has ended.
            string[] shown = [.. Tmux("capture-pane", "-p", "-J", "-S", "-", "-t", session).Split('\n').Select(Timeless).Where(line => line.Length > 0 && !line.StartsWith("Pane is dead", StringComparison.Ordinal))];
            Assert.Equal(lines, shown.Where(line => !line.Contains(Bar, StringComparison.Ordinal)));
            string live = Assert.Single(shown, line => line.Contains(Bar, StringComparison.Ordinal));
            Assert.InRange(live.Length, 1, then - 1);
            Assert.Contains("100 %", live, StringComparison.Ordinal);
        }
    }

    private static string Timeless(string line) => Speed().Replace(line.Trim(), "images/s");

    private static void WaitUntil(Func<bool> condition)
    {
        for (Stopwatch waited = Stopwatch.StartNew(); !condition(); Thread.Sleep(Poll))
            Assert.True(waited.Elapsed < Patience, "tmux shows nothing of what is waited for");
    }

    private string Tmux(params string[] arguments)
    {
        using Process process = CommandLine.StartProgram("tmux", ["-L", server, .. arguments], folder, ("TERM", "xterm-256color"), ("LANG", "C.UTF-8"));
        return CommandLine.Outcome.Of(process).Output;
    }

    [GeneratedRegex(@"[\d.]+ images/s")]
    private static partial Regex Speed();
}

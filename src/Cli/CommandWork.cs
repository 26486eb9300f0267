using System.CommandLine;

namespace MLNetGen.Cli;

/// <summary>What a command does that takes its time.</summary>
internal static class CommandWork
{
    /// <summary>
    /// Runs <paramref name="work"/> beside the command line, which tells it of Ctrl-C. It is waited for then too: what was done so far is written before the program ends.
    /// </summary>
    public static void SetWork(this Command command, Func<ParseResult, CancellationToken, int> work) =>
        command.SetAction((parsed, cancel) => Task.Run(() => work(parsed, cancel), CancellationToken.None));
}

using System.CommandLine;

namespace MLNetGen.Cli;

/// <summary>What a command does that takes its time.</summary>
internal static class CommandWork
{
    /// <summary>The environment variable by which the studio has its trainings stop, as by Ctrl-C, when standard input ends.</summary>
    public const string StopAtEndOfInput = "MLNETGEN_STOP_AT_END_OF_INPUT";

    /// <summary>
    /// Runs <paramref name="work"/> beside the command line, which tells it of Ctrl-C. It is waited for then too: what was done so far is written before the program ends.
    /// </summary>
    public static void SetWork(this Command command, Func<ParseResult, CancellationToken, int> work) =>
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            if (Environment.GetEnvironmentVariable(StopAtEndOfInput) is { Length: > 0 })
                _ = CancelAtEndOfInput(end);
            return work(parsed, end.Token);
        }, CancellationToken.None));

    // Not every system can send another process what Ctrl-C sends, and a pipe closes too when its other end is killed.
    private static async Task CancelAtEndOfInput(CancellationTokenSource end)
    {
        await using Stream input = Console.OpenStandardInput();
        byte[] ignored = new byte[64];
        while (await input.ReadAsync(ignored) > 0)
        {
        }
        try
        {
            await end.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The work was done meanwhile.
        }
    }
}

namespace MLNetGen.Cli;

/// <summary>What the user did or has is wrong: told in one line. Anything else is a bug, and keeps its stack trace.</summary>
internal static class Failure
{
    public const int ExitCode = 1;

    /// <summary>What shells report for a program ended by Ctrl-C.</summary>
    public const int Interrupted = 130;

    public static bool IsExpected(Exception e) =>
        e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or FormatException
            or InvalidOperationException or NotSupportedException;

    // .NET adds the parameter's name and value, which the message already holds in the user's words.
    public static string MessageOf(Exception e)
    {
        string message = e.Message;
        foreach (string added in (string[])[" (Parameter '", Environment.NewLine + "Actual value was "])
        {
            int at = message.IndexOf(added, StringComparison.Ordinal);
            if (at > 0)
                message = message[..at];
        }
        return message;
    }
}

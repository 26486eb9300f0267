namespace MLNetGen.Cli;

/// <summary>What the user did or has is wrong: told in one line. Anything else is a bug, and keeps its stack trace.</summary>
internal static class Failure
{
    public const int ExitCode = 1;

    /// <summary>What shells report for a program ended by Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>
    /// Puts the command's options in the place of the library's properties in a text; told whether the text speaks of options alone (<c>OptionNames</c>). A process runs one command.
    /// </summary>
    public static Func<string, bool, string> ToOptions { get; set; } = (message, _) => message;

    public static bool IsExpected(Exception e) =>
        e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or FormatException
            or InvalidOperationException or NotSupportedException;

    /// <summary>An error in the user's words: with the command's options for the library's properties.</summary>
    public static string MessageOf(Exception e)
    {
        string message = e.Message;
        // .NET adds the parameter's name and value, which the message already holds.
        foreach (string added in (string[])[" (Parameter '", Environment.NewLine + "Actual value was "])
        {
            int at = message.IndexOf(added, StringComparison.Ordinal);
            if (at > 0)
                message = message[..at];
        }
        // What is said of a checkpoint's settings names options as what is said of an option does.
        return ToOptions(message, e is ArgumentException || message.Contains("run with other settings (", StringComparison.Ordinal));
    }

    /// <summary>Text of the library's that is no error, with the command's options for properties.</summary>
    public static string InOptions(string message) => ToOptions(message, false);
}

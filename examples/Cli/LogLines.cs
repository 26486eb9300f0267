using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNetGen.Cli;

/// <summary>What this library says through <c>MLContext.Log</c>; ML.NET's own tracing stays unseen.</summary>
internal static class LogLines
{
    public static void Show(object? sender, LoggingEventArgs e)
    {
        if (e.Kind == ChannelMessageKind.Warning || (e.Kind == ChannelMessageKind.Info && e.Source.Contains("MLNetGen", StringComparison.Ordinal) && !e.RawMessage.StartsWith("epoch ", StringComparison.Ordinal) && !e.RawMessage.StartsWith("step ", StringComparison.Ordinal)))
            Console.Error.WriteLine(e.RawMessage);
    }
}

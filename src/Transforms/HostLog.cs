using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNetGen;

/// <summary>Messages that a user sees through <see cref="MLContext.Log"/>.</summary>
internal static class HostLog
{
    public static void Info(MLContext context, string source, string message)
    {
        using var channel = Start(context, source);
        channel.Info(MessageSensitivity.None, message);
    }

    public static void Warning(MLContext context, string source, string message)
    {
        using var channel = Start(context, source);
        channel.Warning(MessageSensitivity.None, message);
    }

    // With a seed given, registering draws nothing from the context's own generator: logging must not change a run.
    private static IChannel Start(MLContext context, string source) =>
        ((IHostEnvironment)context).Register("MLNetGen", seed: 0).Start(source);
}

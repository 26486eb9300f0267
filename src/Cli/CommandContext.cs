using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen.Cli;

/// <summary>The ML.NET context of a command.</summary>
internal static class CommandContext
{
    /// <summary>What repeats the command: what was typed, and what that took of an earlier run. For <c>run.json</c>.</summary>
    public static IReadOnlyList<string> CommandLine { get; set; } = [];

    /// <param name="seed">Seed; null: another one every time.</param>
    /// <param name="threads">Processor cores that networks are run with; 0 for all.</param>
    public static MLContext Create(int? seed, int threads = 0)
    {
        MLContext context = new(seed);
        // Between rows, ONNX Runtime's threads would spin, and take the processor from decoding and from all else. These options take the place of
        // everything that a transformer or the context says of threads and of a GPU: commands score on the CPU.
        context.SetOnnxSessionOption(new OnnxSessionOptions
        {
            CreateSessionOptions = () =>
            {
                SessionOptions options = new() { IntraOpNumThreads = threads };
                options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
                return options;
            },
        });
        return context;
    }
}

/// <summary>What this library says through <c>MLContext.Log</c>; ML.NET's own tracing stays unseen.</summary>
internal static class LogLines
{
    public static bool IsShown { get; set; } = true;

    /// <summary>Whether warnings alone are shown.</summary>
    public static bool IsQuiet { get; set; }

    public static void Show(object? sender, LoggingEventArgs e)
    {
        if (!IsShown)
            return;
        if (e.Kind == ChannelMessageKind.Warning || (!IsQuiet && e.Kind == ChannelMessageKind.Info && e.Source.Contains("MLNetGen", StringComparison.Ordinal) && !e.RawMessage.StartsWith("epoch ", StringComparison.Ordinal) && !e.RawMessage.StartsWith("step ", StringComparison.Ordinal)))
            Console.Error.WriteLine(Failure.InOptions(e.RawMessage));
    }
}

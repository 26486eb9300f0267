using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Onnx;

namespace MLNetGen.Cli;

/// <summary>The ML.NET context of a command.</summary>
internal static class CommandContext
{
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

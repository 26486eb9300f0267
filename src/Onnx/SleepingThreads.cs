using Microsoft.ML.OnnxRuntime;

namespace MLNetGen.Onnx;

/// <summary>Threads of ONNX Runtime that sleep while they wait: spinning ones take the processor from whatever else is to be done.</summary>
internal static class SleepingThreads
{
    public static void LetThreadsSleep(this SessionOptions options) => options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
}

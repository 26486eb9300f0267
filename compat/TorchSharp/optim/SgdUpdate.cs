using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// SGD's step: d = g + decay·w; m = momentum·m + (1 - dampening)·d, or d the first time; w -= rate·m, with Nesterov rate·(d + momentum·m).
/// </summary>
internal static class SgdUpdate
{
    /// <summary>The step of contiguous float32 tensors on the CPU; false, and nothing done, for others.</summary>
    public static unsafe bool InOnePass(Parameter parameter, Tensor gradient, Tensor? momentumBuffer, bool first, SGD.Options options)
    {
        double momentum = options.momentum!.Value;
        int done;
        Native.Check(Native.Sgd(
            parameter.Handle, gradient.Handle, momentum == 0 ? 0 : momentumBuffer!.Handle, first ? 1 : 0, Rate(options), momentum,
            options.dampening!.Value, options.weight_decay!.Value, options.nesterov!.Value ? 1 : 0, &done));
        return done != 0;
    }

    public static void ByOperators(Parameter parameter, Tensor gradient, Tensor? momentumBuffer, bool first, SGD.Options options)
    {
        double momentum = options.momentum!.Value, decay = options.weight_decay!.Value;
        var direction = decay == 0 ? gradient : gradient.add(parameter, alpha: decay);
        if (momentum != 0)
        {
            if (first)
            {
                momentumBuffer!.copy_(direction);
            }
            else
            {
                TensorUpdates.Scale(momentumBuffer!, momentum);
                TensorUpdates.Add(momentumBuffer!, direction, 1 - options.dampening!.Value);
            }
            direction = options.nesterov!.Value ? direction.add(momentumBuffer!, alpha: momentum) : momentumBuffer!;
        }
        TensorUpdates.Add(parameter, direction, -Rate(options));
    }

    private static double Rate(SGD.Options options) => options.maximize!.Value ? -options.LearningRate!.Value : options.LearningRate!.Value;
}

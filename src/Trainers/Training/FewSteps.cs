using System.Numerics;

namespace MLNetGen;

/// <summary>What is told where an epoch has few steps and the network has batch normalisation.</summary>
internal static class FewSteps
{
    private const int Least = 10, Wanted = 20, LeastBatch = 8;

    /// <summary>Advice to take smaller batches; null where there are steps enough, or smaller batches would not help.</summary>
    /// <param name="rows">Training rows.</param>
    /// <param name="batch">Rows in a step.</param>
    public static string? Advice(long rows, int batch)
    {
        long steps = (rows + batch - 1) / batch;
        // The largest power of two that leaves so many.
        int smaller = Math.Max(LeastBatch, (int)BitOperations.RoundUpToPowerOf2((ulong)(rows / Wanted + 1)) / 2);
        return steps >= Least || smaller >= batch ? null
            : $"an epoch of {rows} pictures in batches of {batch} has {steps} {(steps == 1 ? "step" : "steps")}, too few for the averages of batch normalisation to keep up: "
                + $"where the error on test pictures is far above the one in training, set BatchSize to {smaller}, and the learning rate lower by as much.";
    }
}

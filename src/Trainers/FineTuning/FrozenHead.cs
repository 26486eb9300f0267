using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetGen.FineTuning;

/// <summary>The backbone's features of all rows, computed once.</summary>
/// <param name="Features">float32 [rows, features], on the processor.</param>
/// <param name="Classes">int64 [rows].</param>
internal sealed record CachedFeatures(Tensor Features, Tensor Classes) : IDisposable
{
    private const int AtATime = 32;

    private static readonly TimeSpan BetweenMessages = TimeSpan.FromSeconds(5);

    /// <exception cref="InvalidDataException">A feature is no finite number.</exception>
    public static CachedFeatures Of(FineTuneNetwork network, TrainingRows rows, TrainingSession session, CancellationToken cancel)
    {
        using var noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        network.eval();
        Stopwatch since = Stopwatch.StartNew();
        List<Tensor> pieces = [];
        for (long start = 0; start < rows.Count; start += AtATime)
        {
            cancel.ThrowIfCancellationRequested();
            using DisposeScope piece = NewDisposeScope();
            pieces.Add(network.Features(rows.Input.Slice(start, AtATime)).cpu().MoveToOuterDisposeScope());
            if (since.Elapsed < BetweenMessages)
                continue;
            since.Restart();
            session.Info(string.Create(CultureInfo.InvariantCulture, $"features of {Math.Min(start + AtATime, rows.Count):N0} of {rows.Count:N0} pictures"));
        }

        Tensor features = cat(pieces, 0);
        if (!features.isfinite().all().ToBoolean())
            throw new InvalidDataException($"the backbone's features of row {features.isfinite().all(1).logical_not().nonzero()[0].item<long>()} are no finite numbers: look at its picture, and at {nameof(FineTuneTrainer.Options.Pixels)}.");
        return new(features.MoveToOuterDisposeScope(), rows.Label!.Slice(0, (int)rows.Count).cpu().MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        Features.Dispose();
        Classes.Dispose();
    }
}

/// <summary>The head of a frozen backbone: a regression over cached features.</summary>
internal static class FrozenHead
{
    /// <summary>Fits the network's head. Features get mean 0 each, and one deviation for all, so that their proportions stay.</summary>
    public static void Fit(FineTuneNetwork network, CachedFeatures rows, int classCount, double l2)
    {
        using var noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor features = rows.Features.to_type(ScalarType.Float64), mean = features.mean([0L]);
        double deviation = (features - mean).square().mean().sqrt().ToDouble();
        if (!(deviation > 0))
            throw new InvalidDataException("the backbone's features are the same for all pictures: look at them, and at the backbone.");
        float[] values = [.. ((features - mean) / deviation).to_type(ScalarType.Float32).contiguous().data<float>()];
        int length = network.FeatureCount;
        HeadRegression head = HeadRegression.Fit([.. values.Chunk(length)], [.. rows.Classes.data<long>().Select(label => (int)label)], classCount, l2);
        network.SetHead([.. mean.to_type(ScalarType.Float32).data<float>()], [.. Enumerable.Repeat((float)deviation, length)], head.Weights, head.Biases);
    }

    /// <summary>What the head says of rows whose features are known.</summary>
    public static FineTuneMetrics Judge(FineTuneNetwork network, CachedFeatures rows, Device device)
    {
        using var noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return FineTuneTask.ToMetrics(FineTuneTask.Figures(network.Head(rows.Features.to(device)), rows.Classes.to(device)));
    }
}

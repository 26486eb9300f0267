using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Evaluation;

/// <summary>A small classifier that learns to tell generated rows from real ones, and is asked about rows that it has not seen.</summary>
internal static class TwoSampleTest
{
    private const int MaxSize = 64, BatchSize = 64;
    private const double Rate = 1e-3, Slope = 0.2, Dropped = 0.5;

    /// <summary>Of columns of pictures, at the size of the generated ones or 64 if that is less; in colour if either is.</summary>
    public static TwoSampleMetrics OfPictures(MLContext context, IDataView real, IDataView generated, string name, int seed)
    {
        int size = NetworkInput.Find(generated, name).Type is ImageDataViewType { Height: > 0, Width: > 0 } type ? Math.Min(MaxSize, Math.Min(type.Height, type.Width)) : 0;
        PictureInput made = PictureInput.Decide(context, generated, name, size, 0, ImageResizingEstimator.ResizingKind.IsoCrop, largest: MaxSize);
        int channels = Math.Max(made.Channels, PictureInput.Decide(context, real, name, made.Width, 0, ImageResizingEstimator.ResizingKind.IsoCrop).Channels);
        return OfPictures(context, real, generated, new PictureInput(context, name, channels, made.Height, made.Width, ImageResizingEstimator.ResizingKind.IsoCrop), seed);
    }

    /// <summary>Of columns of pictures that are read in one way.</summary>
    public static TwoSampleMetrics OfPictures(MLContext context, IDataView real, IDataView generated, PictureInput input, int seed)
    {
        using TrainingSession session = TrainingSession.Begin(context, "two-sample test", new SessionOptions { Seed = seed });
        return Test(session, Pixels(real), Pixels(generated), PictureClassifier(input.Channels, input.Height, input.Width), epochs: 20);

        Tensor Pixels(IDataView rows) => input.Read(rows, CancellationToken.None).to_type(ScalarType.Float32) / 127.5 - 1;
    }

    /// <summary>Of columns of vectors.</summary>
    public static TwoSampleMetrics OfVectors(MLContext context, IDataView real, IDataView generated, string name, int seed)
    {
        using TrainingSession session = TrainingSession.Begin(context, "two-sample test", new SessionOptions { Seed = seed });
        Tensor a = FeatureColumn.Read(real, [name], "real")[0], b = FeatureColumn.Read(generated, [name], "generated")[0];
        if (a.shape[1] != b.shape[1])
            throw new ArgumentException($"column '{name}' has {a.shape[1]} values in the real rows and {b.shape[1]} in the generated ones: give both the same features.");
        Tensor all = cat([a, b]), deviation = all.std(0);
        Tensor mean = all.mean([0L]), scale = where(deviation > 0, 1 / deviation, ones_like(deviation));
        return Test(session, Standard(a), Standard(b), Sequential(Linear(a.shape[1], 20), ReLU(), Linear(20, 1)), epochs: 100);

        Tensor Standard(Tensor rows) => ((rows - mean) * scale).to_type(ScalarType.Float32);
    }

    private static Sequential PictureClassifier(int channels, int height, int width) => Sequential(
        Conv2d(channels, 16, 3, stride: 2, padding: 1), LeakyReLU(Slope),
        Conv2d(16, 32, 3, stride: 2, padding: 1), LeakyReLU(Slope),
        Conv2d(32, 64, 3, stride: 2, padding: 1), LeakyReLU(Slope),
        Flatten(), Dropout(Dropped), Linear(64L * Eighth(height) * Eighth(width), 1));

    private static int Eighth(int length) => (length + 7) / 8;

    // As many of either kind: a guess is then right half of the time.
    private static TwoSampleMetrics Test(TrainingSession session, Tensor real, Tensor generated, Sequential network, int epochs)
    {
        int count = (int)Math.Min(real.shape[0], generated.shape[0]), half = count / 2;
        if (count < TwoSampleMetrics.LeastRows)
        {
            throw new ArgumentException($"there are {real.shape[0]} real rows and {generated.shape[0]} generated ones; a classifier of them needs at least {TwoSampleMetrics.LeastRows} of each: give more "
                + "(some hundreds for a figure worth reading).");
        }
        (Tensor inputs, Tensor isReal) = Rows(0, half);
        using (network)
        {
            network.to(session.Device);
            using Adam optimizer = optim.Adam(network.parameters(), Rate);
            using BatchFeed feed = new(inputs, 1, session.Device), targets = new(isReal, 1, session.Device);
            for (int epoch = 1; epoch <= epochs; epoch++)
            {
                session.SeedEpoch(epoch);
                long[] order = session.OrderOf(feed.Count, epoch);
                for (long start = 0; start < feed.Count; start += BatchSize)
                {
                    using var scope = NewDisposeScope();
                    optimizer.zero_grad();
                    functional.binary_cross_entropy_with_logits(network.call(feed.Batch(order, start, BatchSize)), targets.Batch(order, start, BatchSize)).backward();
                    optimizer.step();
                }
            }
            network.eval();
            using var noGradient = no_grad();
            (Tensor unseen, Tensor truth) = Rows(half, count - half);
            return Measured([.. unseen.split(BatchSize).Zip(truth.split(BatchSize))
                .SelectMany(batch => (network.call(batch.First.to(session.Device)) > 0).cpu().eq(batch.Second > 0).data<bool>().ToArray())], 2 * half);
        }

        (Tensor Inputs, Tensor IsReal) Rows(int first, int rows) =>
            (cat([Picked(real, 1, first, rows), Picked(generated, 2, first, rows)]), cat([ones(rows, 1), zeros(rows, 1)]));

        // A random order: the first rows may all be of one class.
        Tensor Picked(Tensor from, int member, int first, int rows) => from.index_select(0, tensor(session.OrderOf(from.shape[0], 0, member).AsSpan(first, rows).ToArray()));
    }

    private static TwoSampleMetrics Measured(bool[] right, int trained)
    {
        double accuracy = right.Count(told => told) / (double)right.Length;
        return new()
        {
            Accuracy = accuracy,
            StandardError = Math.Sqrt(accuracy * (1 - accuracy) / right.Length),
            // erfc(x/√2)/2 = 1 − Φ(x), of x = (accuracy − 1/2)·2√n.
            PValue = tensor((accuracy - 0.5) * Math.Sqrt(2.0 * right.Length)).erfc().item<double>() / 2,
            TrainingCount = trained,
            TestCount = right.Length,
        };
    }

    private sealed class SessionOptions : TrainingOptions;
}

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Evaluation;

/// <summary>Trains the classifier on nine tenths of the rows and asks it about the rest.</summary>
internal static class ClassifierTraining
{
    public const int MinRows = 20;

    // As many steps for any number of rows, but that every row is seen three times.
    private const int Steps = 400, BatchSize = 128, MinEpochs = 3;
    private const double PeakRate = 4e-3;
    private const int HeldOutOf = 10;

    public static void Write(MLContext context, IDataView rows, string imageColumnName, string labelColumnName, int seed, int imageSize, string path)
    {
        PictureColumn.Check(rows, imageColumnName);
        ClassLabels labels = ClassLabels.Read(rows, labelColumnName, CancellationToken.None,
            remedy: $"{ClassLabels.Remedy}, or take FeatureExtractor.RandomProjections, which needs no labels", onlyUsed: true);
        string[] classes = [.. labels.Names];
        int count = labels.Rows.Length;
        if (classes.Length < 2 || count < MinRows)
        {
            throw new ArgumentException($"column '{labelColumnName}' has {classes.Length} classes in {count} rows; a classifier needs at least 2 classes and "
                + $"{MinRows} rows: give more, or take FeatureExtractor.RandomProjections, which needs no labels.");
        }

        using TrainingSession session = ExtractorOptions.Begin(context, seed);
        PictureInput column = PictureInput.Decide(context, rows, imageColumnName, imageSize, 0, ImageResizingEstimator.ResizingKind.IsoCrop);
        using BatchFeed pictures = new(column.Read(rows, CancellationToken.None), column.Scale, session.Device);
        using Tensor targets = tensor(Array.ConvertAll(labels.Rows, label => (long)label), device: session.Device);
        long[] order = session.OrderOf(count, 0);
        int heldOut = count / HeldOutOf;
        ClassifierNetwork network = new(column.Channels, column.Height, classes.Length);
        network.to(session.Device);
        Train(network, pictures, targets, order[heldOut..], session);
        double accuracy = Accuracy(network, pictures, targets, order[..heldOut]);
        network.to(torch.device("cpu"));
        string description = string.Create(CultureInfo.InvariantCulture,
            $"classifier of {classes.Length} classes, {accuracy:P1} right of {heldOut:N0} held-out pictures (seed {seed}, {count - heldOut:N0} training pictures)");
        ExtractorModel.Write(network, column.Shape, path, description, classes, accuracy);
        session.Info($"feature extractor: {description}.");
    }

    private static void Train(ClassifierNetwork network, BatchFeed pictures, Tensor targets, long[] rows, TrainingSession session)
    {
        int batch = Math.Min(BatchSize, rows.Length);
        int perEpoch = rows.Length / batch;
        int steps = Math.Max(Steps, MinEpochs * perEpoch);
        using Adam optimizer = optim.Adam([.. network.parameters()], PeakRate);
        long[] order = [];
        network.train();
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            if (step % perEpoch == 0)
                order = [.. session.OrderOf(rows.Length, 1 + step / perEpoch).Select(i => rows[i])];
            long[] now = order.AsSpan(step % perEpoch * batch, batch).ToArray();
            optimizer.SetRate(LearningRateSchedule.OneCycle.At(PeakRate, step, steps));
            optimizer.zero_grad();
            Tensor loss = functional.cross_entropy(network.Logits(pictures.Batch(now, 0, batch)), targets.index_select(0, tensor(now, device: session.Device)));
            loss.backward();
            optimizer.step();
        }
        network.eval();
    }

    private static double Accuracy(ClassifierNetwork network, BatchFeed pictures, Tensor targets, long[] rows)
    {
        using var noGradient = no_grad();
        long right = 0;
        for (long start = 0; start < rows.Length; start += BatchSize)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor index = tensor(rows.AsSpan((int)start, (int)Math.Min(BatchSize, rows.Length - start)).ToArray(), device: targets.device);
            right += network.Logits(pictures.Batch(rows, start, BatchSize)).argmax(1).eq(targets.index_select(0, index)).sum().item<long>();
        }
        return (double)right / rows.Length;
    }
}

/// <summary>A small convolutional classifier. In: float32 [N, channels, size, size] in [0, 1]. Out: features [N, 64] and probabilities [N, classes].</summary>
internal sealed class ClassifierNetwork : Module<Tensor, (Tensor Features, Tensor Probabilities)>
{
    private const int MinMapSize = 8;

    private readonly Sequential body;
    private readonly Sequential head;
    private readonly Softmax softmax = Softmax(1);

    public ClassifierNetwork(int channels, int size, int classes)
        : base(nameof(ClassifierNetwork))
    {
        List<Module<Tensor, Tensor>> layers = [];
        int from = channels, to = 32;
        if (size > 32)
        {
            layers.AddRange(Convolution(from, to, kernel: 4, stride: 2));
            (from, size) = (to, size / 2);
        }
        do
        {
            layers.AddRange([.. Convolution(from, to, kernel: 3, stride: 1), MaxPool2d(2)]);
            (from, to, size) = (to, 64, size / 2);
        }
        while (size > MinMapSize);
        // Normalised: every feature has the same unit.
        layers.AddRange([Flatten(), Linear(from * size * size, FeatureExtractor.OwnFeatureCount, hasBias: false), BatchNorm1d(FeatureExtractor.OwnFeatureCount)]);
        body = Sequential(layers);
        head = Sequential(ReLU(), Dropout(0.25), Linear(FeatureExtractor.OwnFeatureCount, classes));
        RegisterComponents();
    }

    public override (Tensor Features, Tensor Probabilities) forward(Tensor pixels)
    {
        Tensor features = body.call(pixels);
        return (features, softmax.call(head.call(features)));
    }

    /// <summary>Before the softmax, to train on.</summary>
    public Tensor Logits(Tensor pixels) => head.call(body.call(pixels));

    private static Module<Tensor, Tensor>[] Convolution(int from, int to, int kernel, int stride) =>
        [Conv2d(from, to, kernel, stride: stride, padding: 1, bias: false), BatchNorm2d(to), ReLU()];
}

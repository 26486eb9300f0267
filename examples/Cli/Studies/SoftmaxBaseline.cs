using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Cli.Studies;

/// <summary>Multinomial logistic regression on the pixels: what a classifier is worth that knows nothing of pictures.</summary>
internal static class SoftmaxBaseline
{
    private const int Side = 32, Batch = 128, Epochs = 10;
    private const double Rate = 1e-3, Decay = 1e-4;

    public static IReadOnlyList<float[]> Scores(MLContext context, StudyData data)
    {
        using TrainingSession session = TrainingSession.Begin(context, "softmax", data.Options);
        PictureInput column = PictureInput.Decide(context, data.Train, "Image", Side, 3, ImageResizingEstimator.ResizingKind.IsoCrop);
        ClassLabels labels = ClassLabels.Read(data.Train, "Label", data.Options.CancellationToken);
        using Linear linear = Linear(3 * Side * Side, data.Classes);
        linear.to(session.Device);
        using (BatchFeed train = new(column.Read(data.Train, data.Options.CancellationToken), column.Scale, session.Device))
        {
            long[] classes = Array.ConvertAll(labels.Rows, row => (long)row);
            using Adam optimizer = optim.Adam([.. linear.parameters()], Rate, weight_decay: Decay);
            for (int epoch = 1; epoch <= Epochs; epoch++)
            {
                long[] order = session.OrderOf(train.Count, epoch);
                for (int start = 0; start < order.Length; start += Batch)
                {
                    data.Options.CancellationToken.ThrowIfCancellationRequested();
                    using DisposeScope step = NewDisposeScope();
                    Tensor targets = tensor(order.Skip(start).Take(Batch).Select(row => classes[row]).ToArray(), device: session.Device);
                    Tensor logits = linear.call(train.Batch(order, start, Batch).flatten(1) - 0.5);
                    optimizer.zero_grad();
                    functional.cross_entropy(logits, targets).backward();
                    optimizer.step();
                }
            }
        }
        using BatchFeed test = new(column.Read(data.Test, data.Options.CancellationToken), column.Scale, session.Device);
        using var noGradient = no_grad();
        List<float[]> scores = [];
        for (long start = 0; start < test.Count; start += Batch)
        {
            using DisposeScope step = NewDisposeScope();
            float[] some = [.. linear.call(test.Slice(start, Batch).flatten(1) - 0.5).softmax(1).cpu().data<float>()];
            scores.AddRange(some.Chunk(data.Classes));
        }
        return scores;
    }
}

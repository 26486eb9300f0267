using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>Optimises a picture. Gatys, Ecker and Bethge 2016, "Image style transfer using convolutional neural networks", section 2.3.</summary>
internal sealed class Painter(PaintingOptions options, PaintingPictures pictures, PaintingLoss loss, TrainingSession session)
{
    public const double LbfgsRate = 1, AdamRate = 5;

    private const int History = 20;
    // A fixed step may overshoot: then back to the best picture, some small steps of Adam, and on with half the rate.
    private const double Overshot = 3;
    private const int MostRestarts = 10, Recovery = 10;
    private const double RecoveryRate = 1;
    // Where there is next to no contrast, there is next to no curvature, and L-BFGS would leap: Adam makes some first. Half of a short painting is still L-BFGS's.
    private const int LongestUnderpainting = 30;
    // N(0, 0.256) about VGG's mean pixel, as in the classic TensorFlow code.
    private const double Noise = 0.256;
    private static readonly float[] MeanPixel = [123.68f, 116.779f, 103.939f];

    /// <summary>How many iterations are steps of Adam before L-BFGS begins.</summary>
    public int Underpainting => options.Optimizer == PaintingOptimizer.Lbfgs && StartsFromNoise ? Math.Min(LongestUnderpainting, options.Iterations / 2) : 0;

    private bool StartsFromNoise => pictures.Start is null && (pictures.Content is null || options.Start == PaintingStart.Noise);

    // Whoever wants L-BFGS to go carefully, wants that of the steps beside it too.
    private double Care => options.Optimizer == PaintingOptimizer.Lbfgs ? (options.LearningRate ?? LbfgsRate) / LbfgsRate : 1;

    public Painting Paint(string lossNetwork, PaintingSnapshots? snapshots)
    {
        using var scope = NewDisposeScope();
        using Canvas canvas = MakeCanvas();
        double rate = options.LearningRate ?? RateOf(options.Optimizer);
        bool isLbfgs = options.Optimizer == PaintingOptimizer.Lbfgs;
        int byAdam = Underpainting;
        if (byAdam > 0)
            session.Info($"from noise: {byAdam} iterations of Adam come before those of L-BFGS.");
        optim.Optimizer optimizer = byAdam > 0 ? MakeAdam(canvas, AdamRate * Care) : Make(canvas, rate);
        List<StyleLossTerms> iterations = [];
        StyleLossTerms? best = null;
        string? stopped = null;
        int restarts = 0;
        long started = Stopwatch.GetTimestamp();
        string? missing = Take(snapshots, 0, canvas);
        while (iterations.Count < options.Iterations)
        {
            if (options.CancellationToken.IsCancellationRequested)
            {
                stopped = $"stopped after iteration {iterations.Count} of {options.Iterations}";
                break;
            }

            StyleLossTerms before = Step(canvas, optimizer, ref best);
            if (best is null || !before.IsFinite || (isLbfgs && byAdam == 0 && before.Total > Overshot * best.Total))
            {
                if (best is null || restarts++ == MostRestarts)
                {
                    stopped = $"the loss does not fall (it is {before.Total:G3}): lower LearningRate (now {rate:G3})";
                    break;
                }

                canvas.Restore();
                rate /= 2;
                optimizer.Dispose();
                byAdam = isLbfgs ? Recovery : 0;
                optimizer = isLbfgs ? MakeAdam(canvas, RecoveryRate * Care) : Make(canvas, rate);
                session.Info($"iteration {iterations.Count + 1}: the loss rose to {before.Total:G3}; on from the best with the rate {rate:G3}.");
            }
            else if (byAdam > 0 && --byAdam == 0)
            {
                optimizer.Dispose();
                optimizer = Make(canvas, rate);
            }

            canvas.Limit();
            iterations.Add(before);
            missing = Take(snapshots, iterations.Count, canvas) ?? missing;
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            options.ProgressCallback?.Invoke(new(
                iterations.Count, options.Iterations, before, best.Total, TimeSpan.FromSeconds(seconds / iterations.Count * (options.Iterations - iterations.Count))));
        }

        optimizer.Dispose();
        Settle(canvas, best);
        Picture picture = Finished(canvas.ToPicture());
        return new()
        {
            Picture = picture,
            Terms = loss.Of(picture),
            Iterations = iterations,
            LossNetwork = lossNetwork,
            Weights = loss.Settings.Weights,
            Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
            Stopped = stopped,
            FilesMissing = missing,
        };
    }

    /// <summary>As it is to be shown: in the photograph's colours, if asked for.</summary>
    public Picture Finished(Picture painted)
    {
        // The style picture was matched before.
        if (options.KeptColors is KeptColors.None or KeptColors.Matched) return painted;
        Picture kept = ColorsOfPhotograph.Keep(options.KeptColors, painted, pictures.Content!);
        // Brightness of the photograph's own is left as it is; histograms change it.
        return options.KeptColors == KeptColors.Histogram && pictures.Mask is { } mask ? PictureMask.Blend(pictures.Content!, kept, mask) : kept;
    }

    public static double RateOf(PaintingOptimizer optimizer) => optimizer == PaintingOptimizer.Lbfgs ? LbfgsRate : AdamRate;

    private StyleLossTerms Step(Canvas canvas, optim.Optimizer optimizer, ref StyleLossTerms? best)
    {
        StyleLossTerms? terms = null, least = best;
        using var scope = NewDisposeScope();
        optimizer.step(() =>
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            StyleTerms now = loss.Of(canvas.Pixels());
            terms = now.ToNumbers();
            // Now or never: the step changes the canvas.
            if (terms.IsFinite && !(terms.Total >= least?.Total))
            {
                canvas.Keep();
                least = terms;
            }

            Tensor total = now.Total;
            total.backward();
            return total.MoveToOuterDisposeScope();
        });
        best = least;
        return terms!;
    }

    // A full disk, or a snapshot that cannot be made, costs pictures of the course, not what was painted.
    private string? Take(PaintingSnapshots? snapshots, int iteration, Canvas canvas)
    {
        try
        {
            snapshots?.Take(iteration, canvas);
            return null;
        }
        catch (Exception e) when (OptionalPicture.MayCost(e))
        {
            session.Warning($"a snapshot is missing: {e.Message} Painting goes on.");
            return e.Message;
        }
    }

    // The last change has not been judged yet.
    private void Settle(Canvas canvas, StyleLossTerms? best)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        StyleLossTerms last = loss.Of(canvas.Pixels()).ToNumbers();
        if (best is not null && !(last.Total < best.Total)) canvas.Restore();
    }

    private Canvas MakeCanvas()
    {
        Tensor? photograph = ToTensor(pictures.Content);
        Tensor start = StartsFromNoise ? MakeNoise() : ToTensor(pictures.Start ?? PhotographToStart())!;
        Tensor? mask = ToTensor(pictures.Mask) is { } picture ? Luminance(picture) / 255 : null;
        return new(start, start.numel(), photograph, mask);
    }

    private Picture PhotographToStart() => options.Start == PaintingStart.ColorMatched && pictures.Style is { } style
        ? ColorMatching.MatchMeanAndCovariance(pictures.Content!, style)
        : pictures.Content!;

    private Tensor MakeNoise() =>
        (randn([1, 3, pictures.Height, pictures.Width]) * Noise + tensor(MeanPixel, [1, 3, 1, 1])).to(session.Device);

    private Tensor? ToTensor(Picture? picture) => picture is null ? null : StylePictures.ToTensor(picture, session.Device);

    private static Tensor Luminance(Tensor pixels) => (pixels * tensor((float[])[0.299f, 0.587f, 0.114f], [1, 3, 1, 1], device: pixels.device)).sum(1, keepdim: true);

    private optim.Optimizer Make(Canvas canvas, double rate) => options.Optimizer == PaintingOptimizer.Lbfgs ? new Lbfgs(canvas.Paint, rate, History) : MakeAdam(canvas, rate);

    private static Adam MakeAdam(Canvas canvas, double rate) => optim.Adam([canvas.Paint], rate / canvas.Unit);
}

using System.Globalization;
using Microsoft.ML;
using MLNetGen.Gan.Toy;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen;

/// <summary>
/// The smallest generative adversarial network: its generator turns uniform z into the normal distribution N(4, 0.5), and
/// one can watch. After Goodfellow et al. 2014, figure 1, arXiv:1406.2661, whose distributions are another choice.
/// </summary>
/// <remarks>
/// Two networks with two hidden layers of tanh each, the losses of the paper's section 3. Alone, the two circle around the
/// solution; what brings them there is decay of the discriminator's weights (Loshchilov and Hutter 2017, arXiv:1711.05101),
/// which damps, and showing the generator with averaged weights, as <see cref="DcganTrainer"/> does (Yazıcı et al. 2018,
/// arXiv:1806.04498). The generator starts around 0. The discriminator's input is shifted and scaled by the data's mean
/// and deviation, as pictures' values are scaled to [−1, 1].
/// </remarks>
public sealed partial class ToyGan1D
{
    /// <summary>Mean of the data.</summary>
    public const double DataMean = 4;

    /// <summary>Standard deviation of the data.</summary>
    public const double DataDeviation = 0.5;

    private const int GeneratorWidth = 16, DiscriminatorWidth = 32, Samples = 1000;
    private const double Beta1 = 0.5, Beta2 = 0.999, Decay = 0.3, AverageLimit = 0.998, Bandwidth = 0.06;

    // PyTorch's own initialization makes a generator that is nearly a straight line and takes long to bend.
    private const double FirstLayerGain = 3;

    private ToyGan1D(IReadOnlyList<ToyGanFrame> frames) => Frames = frames;

    /// <summary>Where the frames' curves are taken: 321 points from −1 to 7.</summary>
    public static IReadOnlyList<double> Axis { get; } = [.. Enumerable.Range(0, 321).Select(i => i / 40.0 - 1)];

    /// <summary>The run: the first before any step, the last after all.</summary>
    public IReadOnlyList<ToyGanFrame> Frames { get; }

    /// <summary>Trains both networks from the start: some seconds.</summary>
    /// <param name="context">Its log tells of the run.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public static ToyGan1D Train(MLContext context, Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        options ??= new();
        options.Validate();
        // Tensors of a few kilobytes: a second thread would only wait for the first.
        using TrainingSession session = TrainingSession.Begin(context, "toy gan", new SessionOptions { Seed = options.Seed, NumberOfThreads = 1, Device = "cpu" });
        using Sequential generator = Network(GeneratorWidth), discriminator = Network(DiscriminatorWidth), averaged = Network(GeneratorWidth);
        Start(generator, averaged);
        AveragedWeights average = new(generator, averaged, AverageLimit);
        using Adam generatorOptimizer = optim.Adam([.. generator.parameters()], options.GeneratorLearningRate, Beta1, Beta2);
        using AdamW discriminatorOptimizer = optim.AdamW([.. discriminator.parameters()], options.DiscriminatorLearningRate, Beta1, Beta2, weight_decay: Decay);

        List<ToyGanFrame> frames = [Observe(0, averaged, discriminator)];
        for (int step = 0; step < options.Steps; step++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor real = randn(options.BatchSize, 1) * DataDeviation + DataMean;
            Tensor made = generator.call(rand(options.BatchSize, 1) * 2 - 1);
            discriminatorOptimizer.zero_grad();
            (Loss(discriminator, real, 1) + Loss(discriminator, made.detach(), 0)).backward();
            discriminatorOptimizer.step();
            generatorOptimizer.zero_grad();
            Loss(discriminator, made, 1).backward();
            generatorOptimizer.step();
            average.Update(step);

            if ((step + 1) % options.FrameInterval == 0 || step + 1 == options.Steps)
                frames.Add(Observe(step + 1, averaged, discriminator));
        }
        session.Info(string.Create(CultureInfo.InvariantCulture, $"toy gan: mean {frames[^1].Mean:F3}, deviation {frames[^1].Deviation:F3} after {options.Steps} steps."));
        return new ToyGan1D(frames);
    }

    /// <summary>Draws one frame: the two densities, the discriminator's curve, and below them where z goes.</summary>
    /// <param name="frame">One of <see cref="Frames"/>.</param>
    public static Picture Draw(ToyGanFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return ToyGanPlot.Draw(frame);
    }

    /// <summary>Writes <c>toy-gan.gif</c>, all frames, and <c>toy-gan.png</c>, the last.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string folder)
    {
        PictureAnimation.SaveGif(Path.Combine(folder, "toy-gan.gif"), Frames.Select(Draw), TimeSpan.FromMilliseconds(60), TimeSpan.FromSeconds(3));
        Draw(Frames[^1]).Save(Path.Combine(folder, "toy-gan.png"));
    }

    private static Sequential Network(int width) =>
        Sequential(Linear(1, width), Tanh(), Linear(width, width), Tanh(), Linear(width, 1));

    private static void Start(Sequential generator, Sequential averaged)
    {
        using var noGradient = no_grad();
        foreach (Parameter first in generator.parameters().Take(2)) first.mul_(FirstLayerGain);
        foreach ((Parameter from, Parameter to) in generator.parameters().Zip(averaged.parameters()))
        {
            to.copy_(from);
            to.requires_grad = false;
        }
    }

    private static Tensor Judge(Sequential discriminator, Tensor x) => discriminator.call((x - DataMean) / DataDeviation);

    // Non-saturating: the generator's loss is what it would be if its numbers were data.
    private static Tensor Loss(Sequential discriminator, Tensor x, double target)
    {
        Tensor logits = Judge(discriminator, x);
        return functional.binary_cross_entropy_with_logits(logits, full_like(logits, target));
    }

    private static ToyGanFrame Observe(int step, Sequential generator, Sequential discriminator)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        double[] generated = Values(generator.call((arange(Samples).to_type(ScalarType.Float32).unsqueeze(1) + 0.5) * (2.0 / Samples) - 1));
        double[] probabilities = Values(Judge(discriminator, tensor(Axis.Select(x => (float)x).ToArray()).unsqueeze(1)).sigmoid());
        return new ToyGanFrame(step, [.. Axis.Select(x => DensityAt(x, generated))], probabilities, generated);
    }

    private static double[] Values(Tensor column) => [.. column.flatten().to_type(ScalarType.Float64).data<double>()];

    // Parzen's window.
    private static double DensityAt(double x, double[] samples) =>
        samples.Sum(sample => NormalDensity(x, sample, Bandwidth)) / samples.Length;

    internal static double NormalDensity(double x, double mean, double deviation) =>
        Math.Exp(-0.5 * Math.Pow((x - mean) / deviation, 2)) / (deviation * Math.Sqrt(2 * Math.PI));

    private sealed class SessionOptions : TrainingOptions;
}

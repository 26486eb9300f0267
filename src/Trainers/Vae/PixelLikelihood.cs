using System.Globalization;
using MLNetGen.Export;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Vae;

/// <summary>The reconstruction term of −ELBO: −log p(x|z) in nats, summed over a batch; with the deviation, where that is learnt.</summary>
/// <remarks>
/// In: the decoder's logits and the pixels, float32 [N, …shape], pixels in [0, 1]. Out: one number.
/// A learnt deviation is one number for all pixels, as in σ-VAE (Rybkin, Daniilidis and Levine 2021, section 4.1, arXiv:2006.13202):
/// one a pixel has a likelihood without an upper bound, as that of a pixel that never changes grows beyond all limits. It is kept above e⁻⁶,
/// as there (appendix B), smoothly: less than the step between two levels of a byte.
/// </remarks>
internal sealed class PixelLikelihood : Module<Tensor, Tensor, Tensor>
{
    /// <summary>The lowest deviation that can be learnt.</summary>
    public static readonly double LowestDeviation = Math.Exp(LowestLog);

    private const double LowestLog = -6;

    // A logistic distribution's deviation is this times its scale.
    private static readonly double DeviationOfLogistic = Math.PI / Math.Sqrt(3);

    private readonly VaeLikelihood likelihood;
    private readonly double given;
    private readonly Parameter? free;

    /// <param name="likelihood">Which.</param>
    /// <param name="deviation">Where it is learnt, what it begins at. Not of Bernoulli.</param>
    /// <param name="isLearnt">Whether it is learnt, by gradients.</param>
    public PixelLikelihood(VaeLikelihood likelihood, double deviation, bool isLearnt)
        : base(nameof(PixelLikelihood))
    {
        this.likelihood = likelihood;
        given = deviation;
        // Softplus's inverse, so that it begins at what was given.
        if (isLearnt)
            free = Parameter(tensor([(float)Math.Log(Math.Exp(Math.Log(deviation) - LowestLog) - 1)]));
        RegisterComponents();
    }

    public static PixelLikelihood Of(VaeTrainer.Options options) => options.Likelihood switch
    {
        VaeLikelihood.Gaussian => new(VaeLikelihood.Gaussian, options.GaussianDeviation, options.LearnDeviation),
        VaeLikelihood.DiscretizedLogistic => new(VaeLikelihood.DiscretizedLogistic, options.GaussianDeviation, isLearnt: true),
        _ => new(VaeLikelihood.Bernoulli, double.NaN, isLearnt: false),
    };

    public bool IsLearnt => free is not null;

    /// <summary>Of a pixel's value, in units of the range [0, 1], as it is now. Of Bernoulli there is none.</summary>
    public double Deviation
    {
        get
        {
            if (free is null)
                return given;
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            return Math.Exp(LogDeviation().ToDouble());
        }
    }

    /// <summary>What is to be known of it beside a model's files.</summary>
    public IEnumerable<KeyValuePair<string, string>> Metadata =>
    [
        new("likelihood", $"{likelihood}"),
        .. likelihood == VaeLikelihood.Bernoulli ? [] : (KeyValuePair<string, string>[])[new("deviation", Deviation.ToString("R", CultureInfo.InvariantCulture))],
    ];

    /// <summary>The same judgement a row, for the saved model, with the deviation as it is now.</summary>
    public PictureScores ToScores() => new(likelihood, Deviation);

    public override Tensor forward(Tensor logits, Tensor pixels)
    {
        if (likelihood == VaeLikelihood.Bernoulli)
            return functional.binary_cross_entropy_with_logits(logits, pixels, reduction: Reduction.Sum);
        if (likelihood == VaeLikelihood.DiscretizedLogistic)
            return LogisticLevels.Nats(pixels, logits.sigmoid(), LogDeviation().exp() / DeviationOfLogistic).sum();
        Tensor squares = functional.mse_loss(logits.sigmoid(), pixels, Reduction.Sum);
        if (free is null)
        {
            double variance = given * given;
            return squares / (2 * variance) + pixels.numel() * 0.5 * Math.Log(2 * Math.PI * variance);
        }
        Tensor logDeviation = LogDeviation();
        return squares * (-2 * logDeviation).exp() / 2 + pixels.numel() * (logDeviation + 0.5 * Math.Log(2 * Math.PI));
    }

    private Tensor LogDeviation() => (functional.softplus(free!) + LowestLog).squeeze();

    /// <summary>A logistic distribution's scale.</summary>
    public static double ScaleOf(double deviation) => deviation / DeviationOfLogistic;
}

/// <summary>Probabilities of the 256 levels of a byte by a logistic distribution. See <see cref="VaeLikelihood.DiscretizedLogistic"/>.</summary>
/// <remarks>
/// With a and b the ends of a level's bin, less the mean, over the scale: −ln(σ(a) − σ(b)) = ln(1 + e⁻ᵃ) + ln(1 + eᵇ) − ln(1 − e^(b − a)), which loses nothing
/// however far the level lies from the mean. Black has no end below, white none above.
/// </remarks>
internal static class LogisticLevels
{
    public const double Last = 255;

    public const double HalfBin = 0.5 / Last;

    /// <summary>−ln of each value's probability.</summary>
    /// <param name="pixels">In [0, 1]; rounded to the nearest level.</param>
    /// <param name="mean">Of the same shape.</param>
    /// <param name="scale">One number.</param>
    public static Tensor Nats(Tensor pixels, Tensor mean, Tensor scale)
    {
        Tensor level = (pixels * Last).round();
        Tensor isAboveBlack = level.gt(0).to_type(ScalarType.Float32), isBelowWhite = level.lt(Last).to_type(ScalarType.Float32);
        Tensor distance = level / Last - mean;
        Tensor beyondUpper = functional.softplus(-(distance + HalfBin) / scale), belowLower = functional.softplus((distance - HalfBin) / scale);
        return isBelowWhite * beyondUpper + isAboveBlack * belowLower - isAboveBlack * isBelowWhite * (-(-1 / (Last * scale)).expm1()).log();
    }
}

/// <summary>Judges a reconstruction: mean squared error per pixel, and −log p(x|z) in nats.</summary>
/// <remarks>
/// In: pixels float32 [N, …shape] in [0, 1], and the decoder's logits of the same shape. Out: two float32 [N, 1].
/// Cross-entropy is taken from logits, max(l, 0) − l·x + ln(1 + exp(−|l|)): probabilities near 0 and 1 have lost what it needs.
/// </remarks>
internal sealed class PictureScores(VaeLikelihood likelihood, double deviation)
    : Module<Tensor, Tensor, (Tensor Error, Tensor NegativeLogLikelihood)>(nameof(PictureScores)), IOnnxConvertible
{
    private readonly double variance = deviation * deviation;
    private readonly double scale = PixelLikelihood.ScaleOf(deviation);

    public override (Tensor Error, Tensor NegativeLogLikelihood) forward(Tensor pixels, Tensor logits)
    {
        Tensor x = pixels.flatten(1);
        Tensor l = logits.flatten(1);
        Tensor squares = (x - l.sigmoid()).pow(2);
        Tensor nats = likelihood switch
        {
            VaeLikelihood.Bernoulli => l.relu() - l * x + (1 + (-l.abs()).exp()).log(),
            VaeLikelihood.Gaussian => squares / (2 * variance) + 0.5 * Math.Log(2 * Math.PI * variance),
            _ => LogisticLevels.Nats(x, l.sigmoid(), tensor((float)scale)),
        };
        return (squares.mean([1], keepdim: true), nats.sum(1, keepdim: true));
    }

    /// <summary>The same formulas as ONNX nodes: keep the two beside each other.</summary>
    public void ToOnnx(OnnxCall call)
    {
        OnnxValue x = call.Input(0).Node("Flatten");
        OnnxValue l = call.Input(1).Node("Flatten");
        OnnxValue mean = l.Node("Sigmoid");
        OnnxValue squares = (x - mean).Square();
        OnnxValue nats = likelihood switch
        {
            VaeLikelihood.Bernoulli => l.Node("Relu") - l * x + (1 + (-l.Node("Abs")).Exp()).Log(),
            VaeLikelihood.Gaussian => squares / (2 * variance) + 0.5 * Math.Log(2 * Math.PI * variance),
            _ => Levels(x, mean),
        };
        call.SetOutput(squares.ReduceMean([1]), 0);
        call.SetOutput(nats.ReduceSum([1]), 1);

        OnnxValue Levels(OnnxValue x, OnnxValue mean)
        {
            OnnxValue level = (x * LogisticLevels.Last).Node("Round");
            OnnxValue isAboveBlack = level.Node("Sign"), isBelowWhite = (LogisticLevels.Last - level).Node("Sign");
            OnnxValue distance = level / LogisticLevels.Last - mean;
            OnnxValue beyondUpper = (-(distance + LogisticLevels.HalfBin) / scale).Node("Softplus"), belowLower = ((distance - LogisticLevels.HalfBin) / scale).Node("Softplus");
            return isBelowWhite * beyondUpper + isAboveBlack * belowLower - isAboveBlack * isBelowWhite * Math.Log(-Expm1(-1 / (LogisticLevels.Last * scale)));
        }
    }

    // Where the scale is large, e^x − 1 has lost its digits; x here is never below −2.
    private static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + x * x / 2 : Math.Exp(x) - 1;
}

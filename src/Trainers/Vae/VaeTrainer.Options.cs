using Microsoft.ML.Transforms.Image;
using MLNetGen.Vae;

namespace MLNetGen;

public sealed partial class VaeTrainer
{
    /// <summary>What to learn from, which network, and how to train it.</summary>
    public sealed class Options : TrainingOptions
    {
        /// <summary>The column to learn from: MLImage, or a vector of Single of one known size with values in [0, 1].</summary>
        public string InputColumnName { get; set; } = "Image";

        /// <summary>
        /// A VAE of classes, which tells encoder and decoder what every picture is of, so that z is left to say how it is drawn: the column of labels (keys, text, numbers, truth
        /// values, or one-hot vectors). Null for none. Kingma et al. 2014, arXiv:1406.5298; Sohn, Lee and Yan 2015.
        /// </summary>
        public string? LabelColumnName { get; set; }

        /// <summary>Length of the latent vector; at least 1.</summary>
        public int LatentDimension { get; set; } = 20;

        /// <summary>
        /// Height and width of the pictures in the network, in pixels; pictures of another size are resized. 0 takes the
        /// first picture's smaller side, at most 64; a convolutional network needs a size that halves evenly to 8 or less, and takes the next smaller one.
        /// </summary>
        public int ImageSize { get; set; }

        /// <summary>1 for grey, 3 for colour, 0 for what the pictures are: grey where all are. They are looked at until one has colour.</summary>
        public int Channels { get; set; }

        /// <summary>How a picture that is not square is made so.</summary>
        public ImageResizingEstimator.ResizingKind Resizing { get; set; } = ImageResizingEstimator.ResizingKind.IsoCrop;

        /// <summary>The network. Null is <see cref="VaeArchitecture.Convolutional"/> for pictures, <see cref="VaeArchitecture.Mlp"/> for vectors.</summary>
        public VaeArchitecture? Architecture { get; set; }

        /// <summary>
        /// A plain autoencoder: the code is the mean, without noise, and no KL term keeps codes together; the baseline that shows what these two are for.
        /// <see cref="VaeMetrics.Kl"/> is 0 then, <c>LatentLogVariance</c> −∞, and new pictures of standard normal vectors are seldom any good. Hinton and Salakhutdinov 2006.
        /// </summary>
        public bool Autoencoder { get; set; }

        /// <summary>The reconstruction term.</summary>
        public VaeLikelihood Likelihood { get; set; } = VaeLikelihood.Bernoulli;

        /// <summary>
        /// The deviation of <see cref="VaeLikelihood.Gaussian"/>, in units of the pixel range [0, 1]; above 0. A learnt one, of
        /// <see cref="VaeLikelihood.DiscretizedLogistic"/> too, begins here, and is kept above e⁻⁶ = 0.0025.
        /// </summary>
        public double GaussianDeviation { get; set; } = 0.1;

        /// <summary>
        /// Whether the deviation of <see cref="VaeLikelihood.Gaussian"/> is learnt: one number for all pixels, so that reconstruction and KL weigh as the
        /// pictures ask, without a β to search for (Rybkin, Daniilidis and Levine 2021, arXiv:2006.13202). That of <see cref="VaeLikelihood.DiscretizedLogistic"/> always is.
        /// </summary>
        public bool LearnDeviation { get; set; }

        /// <summary>β, the weight of the KL term; 0 or more. 1 trains −ELBO itself; the reported terms never include it. Higgins et al. 2017.</summary>
        public double Beta { get; set; } = 1;

        /// <summary>
        /// Epochs over which the KL term comes in: its weight, or where <see cref="Capacity"/> is set that, rises linearly from 0; parts of an epoch count.
        /// 0 or more. Against a KL that falls to 0 before the decoder has learnt to use z (Bowman et al. 2016, section 3.1, arXiv:1511.06349).
        /// </summary>
        public double KlWarmUpEpochs { get; set; }

        /// <summary>
        /// λ, nats: a latent dimension whose KL, a mean over the batch, is below it costs λ, and so nothing more if it carries as much. 0 or more; 0 for none.
        /// Kingma et al. 2016, appendix C.8, arXiv:1606.04934.
        /// </summary>
        public double FreeBits { get; set; }

        /// <summary>
        /// C, nats a picture: what z is to carry. The KL term is then β·|KL − C|, and C rises from 0 over <see cref="KlWarmUpEpochs"/>. 0 or more; null for none.
        /// Burgess et al. 2018, equation 8, arXiv:1804.03599, whose γ is <see cref="Beta"/>: large, so that KL follows C.
        /// </summary>
        public double? Capacity { get; set; }

        /// <summary>Adam's step size. Null takes the architecture's own: 2e-3; 4e-3 of an MLP of classes, 1e-3 of one without.</summary>
        public double? LearningRate { get; set; }

        /// <summary>How the rate moves. Null takes the architecture's own: one cycle; constant for an MLP without classes (as PyTorch's example).</summary>
        public LearningRateSchedule? Schedule { get; set; }

        /// <summary>Adam's decay of the first moment, in [0, 1).</summary>
        public double Beta1 { get; set; } = 0.9;

        /// <summary>Adam's decay of the second moment, in [0, 1).</summary>
        public double Beta2 { get; set; } = 0.999;

        /// <summary>Called after every step, on the training thread: keep it short.</summary>
        public Action<VaeProgress>? ProgressCallback { get; set; }

        /// <summary>Called after every epoch.</summary>
        public Action<VaeEpoch>? MetricsCallback { get; set; }

        internal override void Validate()
        {
            base.Validate();
            OptionCheck.Named(nameof(InputColumnName), InputColumnName, "the column to learn from");
            OptionCheck.AtLeast(nameof(LatentDimension), LatentDimension, 1);
            OptionCheck.AtLeast(nameof(ImageSize), ImageSize, 0);
            OptionCheck.Channels(nameof(Channels), Channels);
            OptionCheck.Positive(nameof(GaussianDeviation), GaussianDeviation);
            if ((LearnDeviation || Likelihood == VaeLikelihood.DiscretizedLogistic) && GaussianDeviation <= PixelLikelihood.LowestDeviation)
                throw new ArgumentOutOfRangeException(nameof(GaussianDeviation), GaussianDeviation, $"{nameof(GaussianDeviation)} is {GaussianDeviation}; a learnt one begins above {PixelLikelihood.LowestDeviation:G3}.");
            if (LearnDeviation && Likelihood == VaeLikelihood.Bernoulli)
                throw new ArgumentException($"{nameof(LearnDeviation)} is set, and {nameof(Likelihood)} is {Likelihood}, which has none: use {nameof(VaeLikelihood.Gaussian)}.");
            OptionCheck.NotNegative(nameof(Beta), Beta);
            OptionCheck.NotNegative(nameof(KlWarmUpEpochs), KlWarmUpEpochs);
            OptionCheck.NotNegative(nameof(FreeBits), FreeBits);
            OptionCheck.NotNegative(nameof(Capacity), Capacity ?? 0);
            if (Capacity is not null && FreeBits > 0)
                throw new ArgumentException($"{nameof(Capacity)} and {nameof(FreeBits)} are two kinds of KL term: set one of them.");
            if (Autoencoder && (Beta != 1 || KlWarmUpEpochs > 0 || FreeBits > 0 || Capacity is not null))
            {
                throw new ArgumentException($"{nameof(Autoencoder)} is set, which has no KL term: leave {nameof(Beta)}, {nameof(KlWarmUpEpochs)}, {nameof(FreeBits)} "
                    + $"and {nameof(Capacity)} as they are.");
            }
            OptionCheck.Positive(nameof(LearningRate), LearningRate ?? 1);
            OptionCheck.Fraction(nameof(Beta1), Beta1);
            OptionCheck.Fraction(nameof(Beta2), Beta2);
        }
    }
}

/// <summary>The settings that repeat a run of a VAE.</summary>
internal sealed record VaeSettings : EpochSettings
{
    public VaeArchitecture Architecture { get; init; }
    public long[] InputShape { get; init; } = [];
    public int LatentDimension { get; init; }
    public IReadOnlyList<string>? Classes { get; init; }
    public bool? Autoencoder { get; init; }
    public VaeLikelihood Likelihood { get; init; }
    public double? GaussianDeviation { get; init; }
    public bool? LearnDeviation { get; init; }
    public double Beta { get; init; }
    public double? KlWarmUpEpochs { get; init; }
    public double? FreeBits { get; init; }
    public double? Capacity { get; init; }
    public double LearningRate { get; init; }
    public double Beta1 { get; init; }
    public double Beta2 { get; init; }

    /// <summary>With what the options leave to the network, of rows of a shape, and of classes where there are any.</summary>
    public VaeSettings WithDefaults(VaeTrainer.Options options, long[] shape, IReadOnlyList<string>? classes)
    {
        VaeArchitecture architecture = options.Architecture ?? (shape.Length == 3 ? VaeArchitecture.Convolutional : VaeArchitecture.Mlp);
        // PyTorch's examples/vae. The others were measured on digits: of the convolutional network 102.4 nats after 20 epochs, against 108.7 at a constant 1e-3, batch 128 and ReLU; of the MLP
        // of classes 88 % as asked after 60 epochs, against 83 % at 2e-3 and batch 64, and 79 % at a constant 1e-3.
        bool isMlp = architecture == VaeArchitecture.Mlp, isExample = isMlp && classes is null;
        return this with
        {
            Architecture = architecture,
            InputShape = shape,
            Classes = classes,
            GaussianDeviation = options.Likelihood == VaeLikelihood.Bernoulli ? null : options.GaussianDeviation,
            LearningRate = options.LearningRate ?? (isExample ? 1e-3 : isMlp ? 4e-3 : 2e-3),
            Schedule = options.Schedule ?? (isExample ? LearningRateSchedule.Constant : LearningRateSchedule.OneCycle),
            BatchSize = options.BatchSize ?? (isMlp ? 128 : 64),
        };
    }

    public override string Describe() => $"{Architecture} network, {string.Join("×", InputShape)}, latent dimension {LatentDimension}{(Classes is null ? "" : $", {Classes.Count} classes")}";
}

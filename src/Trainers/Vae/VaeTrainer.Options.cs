using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

public sealed partial class VaeTrainer
{
    /// <summary>What to learn from, which network, and how to train it.</summary>
    public sealed class Options : TrainingOptions
    {
        /// <summary>The column to learn from: MLImage, or a vector of Single of one known size with values in [0, 1].</summary>
        public string InputColumnName { get; set; } = "Image";

        /// <summary>Length of the latent vector; at least 1.</summary>
        public int LatentDimension { get; set; } = 20;

        /// <summary>
        /// Height and width of the pictures in the network, in pixels; pictures of another size are resized. 0 takes the
        /// first picture's smaller side, at most 64; a convolutional network needs a size that halves evenly to 8 or
        /// less, and takes the next smaller one.
        /// </summary>
        public int ImageSize { get; set; }

        /// <summary>1 for grey, 3 for colour, 0 for what the first pictures are.</summary>
        public int Channels { get; set; }

        /// <summary>How a picture that is not square is made so.</summary>
        public ImageResizingEstimator.ResizingKind Resizing { get; set; } = ImageResizingEstimator.ResizingKind.IsoCrop;

        /// <summary>The network. Null is <see cref="VaeArchitecture.Convolutional"/> for pictures, <see cref="VaeArchitecture.Mlp"/> for vectors.</summary>
        public VaeArchitecture? Architecture { get; set; }

        /// <summary>The reconstruction term.</summary>
        public VaeLikelihood Likelihood { get; set; } = VaeLikelihood.Bernoulli;

        /// <summary>The deviation of <see cref="VaeLikelihood.Gaussian"/>, in units of the pixel range [0, 1]; above 0.</summary>
        public double GaussianDeviation { get; set; } = 0.1;

        /// <summary>β, the weight of the KL term; 0 or more. 1 trains −ELBO itself; the reported terms never include it.</summary>
        public double Beta { get; set; } = 1;

        /// <summary>Adam's step size. Null takes the architecture's own: 2e-3 convolutional, 1e-3 MLP.</summary>
        public double? LearningRate { get; set; }

        /// <summary>How the rate moves. Null takes the architecture's own: one cycle convolutional, constant MLP (as PyTorch's example).</summary>
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
            if (string.IsNullOrEmpty(InputColumnName))
                throw new ArgumentException($"{nameof(InputColumnName)} is empty: name the column to learn from.");
            OptionCheck.AtLeast(nameof(LatentDimension), LatentDimension, 1);
            OptionCheck.AtLeast(nameof(ImageSize), ImageSize, 0);
            if (Channels is not (0 or 1 or 3))
                throw new ArgumentOutOfRangeException(nameof(Channels), Channels, $"{nameof(Channels)} is {Channels}; it must be 1 (grey), 3 (colour) or 0 (as the pictures are).");
            OptionCheck.Positive(nameof(GaussianDeviation), GaussianDeviation);
            OptionCheck.NotNegative(nameof(Beta), Beta);
            if (LearningRate is { } rate)
                OptionCheck.Positive(nameof(LearningRate), rate);
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
    public VaeLikelihood Likelihood { get; init; }
    public double? GaussianDeviation { get; init; }
    public double Beta { get; init; }
    public double LearningRate { get; init; }
    public double Beta1 { get; init; }
    public double Beta2 { get; init; }

    public override string Describe() => $"{Architecture} network, {string.Join("×", InputShape)}, latent dimension {LatentDimension}";
}

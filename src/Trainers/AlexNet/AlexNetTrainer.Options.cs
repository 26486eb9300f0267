using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

public sealed partial class AlexNetTrainer
{
    /// <summary>What to learn from, which network, and how to train it.</summary>
    public sealed partial class Options : TrainingOptions
    {
        /// <summary>Sets the network's own number of epochs.</summary>
        public Options() => Epochs = 0;

        /// <summary>The column of labels: keys, text, numbers, truth values, or one-hot vectors.</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>The column of pictures (MLImage).</summary>
        public string ImageColumnName { get; set; } = "Image";

        /// <summary>
        /// Null: that of <see cref="InitialWeights"/>; else <see cref="AlexNetNetwork.Compact"/> for at most 96 pixels (<see cref="ImageSize"/>, or the first
        /// picture's smaller side), <see cref="AlexNetNetwork.Paper"/> for more.
        /// </summary>
        public AlexNetNetwork? Network { get; set; }

        /// <summary>
        /// Height and width of what the network sees, in pixels; 0 for its own: 227 (paper), 224 (torchvision), or the first picture's
        /// smaller side, 32 to 96 (compact). At least 67, 63 and 16.
        /// </summary>
        public int ImageSize { get; set; }

        /// <summary>
        /// Height and width that pictures are resized to before crops are taken of them, in pixels; at least <see cref="ImageSize"/>. 0 for the
        /// network's own: 256 for 227 and 224, and as much larger for other sizes; <see cref="ImageSize"/> itself for compact.
        /// </summary>
        public int ResizeSize { get; set; }

        /// <summary>1 for grey, 3 for colour, 0 for what the first pictures are (published weights need 3).</summary>
        public int Channels { get; set; }

        /// <summary>How a picture that is not square is made so; the paper's is the default: the shorter side fits, the centre is taken.</summary>
        public ImageResizingEstimator.ResizingKind Resizing { get; set; } = ImageResizingEstimator.ResizingKind.IsoCrop;

        /// <summary>The nonlinearity.</summary>
        public AlexNetActivation Activation { get; set; } = AlexNetActivation.ReLU;

        /// <summary>Probability that a hidden dense unit is left out of a training step, in [0, 1).</summary>
        public double Dropout { get; set; } = 0.5;

        /// <summary>Whether the first two convolutions are followed by local response normalisation. Null for the network's own: the paper's is, others are not. Not for torchvision's.</summary>
        public bool? LocalResponseNormalization { get; set; }

        /// <summary>Whether pools are 3×3 with stride 2, as in the paper; otherwise 2×2.</summary>
        public bool OverlappingPooling { get; set; } = true;

        /// <summary>A sixth convolution over the last pool: the paper's CNN* (section 6.1).</summary>
        public bool SixthConvolution { get; set; }

        /// <summary>A step's size at its largest. Null for the network's own: 0.01 (paper, torchvision), 0.1 (compact).</summary>
        public double? LearningRate { get; set; }

        /// <summary>How the rate moves. Null for the network's own: <see cref="AlexNetSchedule.Plateau"/> (paper, torchvision), <see cref="AlexNetSchedule.OneCycle"/> (compact).</summary>
        public AlexNetSchedule? Schedule { get; set; }

        /// <summary>Epochs without a lower validation error after which <see cref="AlexNetSchedule.Plateau"/> divides the rate by 10; at least 1.</summary>
        public int Patience { get; set; } = 5;

        /// <summary>
        /// Epochs without a lower validation error after which training ends, with the weights of the best epoch; 0 for never, and the weights
        /// of the last epoch. Needs held-out rows.
        /// </summary>
        public int EarlyStoppingPatience { get; set; }

        /// <summary>SGD's momentum, in [0, 1): Nesterov's for compact, plain for the others, as in their sources.</summary>
        public double Momentum { get; set; } = 0.9;

        /// <summary>SGD's weight decay; 0 or more.</summary>
        public double WeightDecay { get; set; } = 5e-4;

        /// <summary>What is taken of the right class and spread over all of them, in [0, 1). Source: Szegedy et al. 2015, arXiv:1512.00567, section 7.</summary>
        public double LabelSmoothing { get; set; }

        /// <summary>Whether a class counts as much as any other, however many pictures it has: each is weighed by rows / (classes · its rows).</summary>
        public bool BalanceClasses { get; set; }

        /// <summary>Weights in the loss by class name, each above 0; classes not named count 1. Null: all alike. Multiplied with those of <see cref="BalanceClasses"/>.</summary>
        public IReadOnlyDictionary<string, double>? ClassWeights { get; set; }

        /// <summary>Share of the rows that is held out where there is no <see cref="TrainingOptions.ValidationSet"/>, in [0, 1); 0 for none.</summary>
        public double ValidationFraction { get; set; }

        /// <summary>Computes in this; weights stay float32.</summary>
        public TrainingPrecision Precision { get; set; }

        /// <summary>Networks trained from seeds that follow each other, whose probabilities are averaged in one ONNX file; at least 1.</summary>
        public int Ensemble { get; set; } = 1;

        /// <summary>Called after every step, on the training thread: keep it short.</summary>
        public Action<AlexNetProgress>? ProgressCallback { get; set; }

        /// <summary>Called after every epoch.</summary>
        public Action<AlexNetEpoch>? MetricsCallback { get; set; }

        internal override int LeastEpochs => 0;

        internal override void Validate()
        {
            base.Validate();
            if (string.IsNullOrEmpty(LabelColumnName) || string.IsNullOrEmpty(ImageColumnName))
                throw new ArgumentException($"{nameof(LabelColumnName)} or {nameof(ImageColumnName)} is empty: name the columns to learn from.");
            OptionCheck.AtLeast(nameof(ImageSize), ImageSize, 0);
            OptionCheck.AtLeast(nameof(ResizeSize), ResizeSize, 0);
            if (Channels is not (0 or 1 or 3))
                throw new ArgumentOutOfRangeException(nameof(Channels), Channels, $"{nameof(Channels)} is {Channels}; it must be 1 (grey), 3 (colour) or 0 (as the pictures are).");
            OptionCheck.Fraction(nameof(Dropout), Dropout);
            if (LearningRate is { } rate)
                OptionCheck.Positive(nameof(LearningRate), rate);
            OptionCheck.AtLeast(nameof(Patience), Patience, 1);
            OptionCheck.AtLeast(nameof(EarlyStoppingPatience), EarlyStoppingPatience, 0);
            OptionCheck.Fraction(nameof(Momentum), Momentum);
            OptionCheck.NotNegative(nameof(WeightDecay), WeightDecay);
            OptionCheck.Fraction(nameof(LabelSmoothing), LabelSmoothing);
            OptionCheck.Fraction(nameof(ValidationFraction), ValidationFraction);
            OptionCheck.AtLeast(nameof(Ensemble), Ensemble, 1);
            foreach ((string name, double weight) in ClassWeights ?? new Dictionary<string, double>())
                OptionCheck.Positive($"{nameof(ClassWeights)}['{name}']", weight);
            if (EarlyStoppingPatience > 0 && ValidationSet is null && ValidationFraction == 0)
                throw new ArgumentException($"{nameof(EarlyStoppingPatience)} is {EarlyStoppingPatience} and no rows are held out: set ValidationSet or {nameof(ValidationFraction)}.");
            ValidateAugmentation();
            ValidateWeights();
            ValidatePrediction();
        }
    }
}

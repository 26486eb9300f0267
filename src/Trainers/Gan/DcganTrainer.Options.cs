using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

public sealed partial class DcganTrainer
{
    /// <summary>What to learn from, which networks, and how to train them.</summary>
    public sealed partial class Options : TrainingOptions
    {
        /// <summary>The column of pictures (MLImage) to learn from.</summary>
        public string ImageColumnName { get; set; } = "Image";

        /// <summary>The networks. Null is <see cref="DcganNetwork.AnimeFace64"/> for colour, <see cref="DcganNetwork.Mnist32"/> for grey.</summary>
        public DcganNetwork? Network { get; set; }

        /// <summary>Steps in all, of <see cref="TrainingOptions.BatchSize"/> pictures each; at least 1. Null trains for <see cref="TrainingOptions.Epochs"/>.</summary>
        public int? Steps { get; set; }

        /// <summary>Length of z; at least 1.</summary>
        public int LatentDimension { get; set; } = 100;

        /// <summary>Height and width of the pictures: 32, 64 or 128. 0 takes the networks' own: 32 for <see cref="DcganNetwork.Mnist32"/>, else 64.</summary>
        public int ImageSize { get; set; }

        /// <summary>1 for grey, 3 for colour, 0 for what the first pictures are.</summary>
        public int Channels { get; set; }

        /// <summary>
        /// Channels of the generator next to its picture; deeper layers have multiples of it. A multiple of 4. Null takes
        /// the source's: 64, or 128 for <see cref="DcganNetwork.Paper"/> (64 with <see cref="PyTorchExample"/>).
        /// </summary>
        public int? Width { get; set; }

        /// <summary>How a picture that is not square is made so.</summary>
        public ImageResizingEstimator.ResizingKind Resizing { get; set; } = ImageResizingEstimator.ResizingKind.IsoCrop;

        /// <summary>Adam's step size for the generator. Null takes the source's: 1.5e-4 for <see cref="DcganNetwork.AnimeFace64"/>, else 2e-4; or the <see cref="Loss"/>'s.</summary>
        public double? GeneratorLearningRate { get; set; }

        /// <summary>Adam's step size for the discriminator. Null takes the sources' 2e-4, or the <see cref="Loss"/>'s.</summary>
        public double? DiscriminatorLearningRate { get; set; }

        /// <summary>Adam's decay of the first moment, in [0, 1). Null takes the sources' 0.5, or the <see cref="Loss"/>'s.</summary>
        public double? Beta1 { get; set; }

        /// <summary>Adam's decay of the second moment, in [0, 1). Null takes the sources' 0.999, or the <see cref="Loss"/>'s.</summary>
        public double? Beta2 { get; set; }

        /// <summary>
        /// Shows, judges and exports an exponential moving average of the generator's weights, with the decay
        /// min(0.999, (1 + t)/(10 + t)) at step t and BatchNorm statistics taken anew: Yazıcı et al. 2019 (arXiv:1806.04498).
        /// Off, the weights of the last step.
        /// </summary>
        public bool AverageGenerator { get; set; } = true;

        /// <summary>Steps between two pictures of the same z in the workspace; at least 1.</summary>
        public int SampleInterval { get; set; } = 100;

        /// <summary>Steps between two checkpoints; at least 1. What a loss that becomes NaN falls back to, with a workspace or without.</summary>
        public int CheckpointInterval { get; set; } = 500;

        /// <summary>The newest checkpoints that stay in the workspace; at least 1.</summary>
        public int KeptCheckpoints { get; set; } = 3;

        /// <summary>
        /// What judges made pictures by <see cref="TrainingOptions.ValidationSet"/>, at the first snapshot and at every checkpoint. Null is
        /// <see cref="MLNetGen.FeatureExtractor.Default"/> of the training rows. It stays the caller's.
        /// </summary>
        public FeatureExtractor? FeatureExtractor { get; set; }

        /// <summary>Called after every step, on the training thread: keep it short.</summary>
        public Action<DcganProgress>? ProgressCallback { get; set; }

        /// <summary>Called at every checkpoint, on the training thread, with the averages since the one before.</summary>
        public Action<DcganAverages>? MetricsCallback { get; set; }

        internal override void Validate()
        {
            base.Validate();
            if (string.IsNullOrEmpty(ImageColumnName))
                throw new ArgumentException($"{nameof(ImageColumnName)} is empty: name the column of pictures to learn from.");
            if (BatchSize == 1)
                throw new ArgumentOutOfRangeException(nameof(BatchSize), BatchSize, $"{nameof(BatchSize)} is 1; a GAN needs at least 2: its networks normalise over the pictures of a batch.");
            OptionCheck.AtLeast(nameof(Steps), Steps ?? 1, 1);
            OptionCheck.AtLeast(nameof(LatentDimension), LatentDimension, 1);
            if (ImageSize is not (0 or 32 or 64 or 128))
                throw new ArgumentOutOfRangeException(nameof(ImageSize), ImageSize, $"{nameof(ImageSize)} is {ImageSize}; it must be 32, 64, 128 or 0 (the network's own).");
            if (Channels is not (0 or 1 or 3))
                throw new ArgumentOutOfRangeException(nameof(Channels), Channels, $"{nameof(Channels)} is {Channels}; it must be 1 (grey), 3 (colour) or 0 (as the pictures are).");
            if (Width is { } width && (width < 4 || width % 4 != 0))
                throw new ArgumentOutOfRangeException(nameof(Width), width, $"{nameof(Width)} is {width}; it must be a multiple of 4.");
            OptionCheck.Positive(nameof(GeneratorLearningRate), GeneratorLearningRate ?? 1);
            OptionCheck.Positive(nameof(DiscriminatorLearningRate), DiscriminatorLearningRate ?? 1);
            OptionCheck.Fraction(nameof(Beta1), Beta1 ?? 0);
            OptionCheck.Fraction(nameof(Beta2), Beta2 ?? 0);
            OptionCheck.AtLeast(nameof(SampleInterval), SampleInterval, 1);
            OptionCheck.AtLeast(nameof(CheckpointInterval), CheckpointInterval, 1);
            OptionCheck.AtLeast(nameof(KeptCheckpoints), KeptCheckpoints, 1);
            ValidateObjectives();
        }
    }
}

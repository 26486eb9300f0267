using MLNetGen.SuperResolution;

namespace MLNetGen;

public sealed partial class SuperResolutionTrainer
{
    /// <summary>What to learn from, which network, and how to train it.</summary>
    public sealed class Options : TrainingOptions
    {
        internal const int DefaultBatchSize = 8;

        private const int LargestFactor = 16;

        /// <summary>The column of sharp pictures to learn from, and of small ones to enlarge: MLImage, of any size.</summary>
        public string InputColumnName { get; set; } = "Image";

        /// <summary>The column of enlarged pictures to add.</summary>
        public string OutputColumnName { get; set; } = "Upscaled";

        /// <summary>How many times as wide and high pictures become: 2, 4, 8 or 16.</summary>
        public int Factor { get; set; } = 4;

        /// <summary>The network.</summary>
        public SuperResolutionArchitecture Architecture { get; set; } = SuperResolutionArchitecture.Residual;

        /// <summary>What is made small.</summary>
        public SuperResolutionLoss Loss { get; set; } = SuperResolutionLoss.Pixel;

        /// <summary>
        /// The perceptual loss's network: a name of <see cref="LossNetworkNames"/>, or a file as <see cref="PaintingOptions.LossNetwork"/> takes it. Null takes
        /// <see cref="LossNetworkNames.ResNet18"/> where the application has its package, else <see cref="LossNetworkNames.Random"/>.
        /// </summary>
        public string? LossNetworkPath { get; set; }

        /// <summary>
        /// The layer that the perceptual loss compares. Null takes <c>relu2_2</c> of a VGG, the paper's; of ResNet-18 its early stages together, <c>conv1</c> and <c>stage1</c>, and the pixels;
        /// of random filters <c>scale1</c>, of an AlexNet <c>relu3</c>.
        /// </summary>
        public string? LossLayer { get; set; }

        /// <summary>
        /// Height and width of the windows that are learnt from, in pixels of the sharp pictures; a multiple of <see cref="Factor"/>, at least 16 and twice the
        /// factor, at most 1,024. Smaller pictures are left out. 0 takes the median of 32 pictures' smaller sides, at most 96; the paper's is 288.
        /// </summary>
        public int PatchSize { get; set; }

        /// <summary>Windows of each picture, drawn once; at least 1. All of them are kept in memory, as bytes.</summary>
        public int PatchesPerPicture { get; set; } = 1;

        /// <summary>Adam's step size, above 0; at its highest where the schedule moves it.</summary>
        public double LearningRate { get; set; } = 1e-3;

        /// <summary>How the learning rate moves.</summary>
        public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.OneCycle;

        /// <summary>Called after every step, on the training thread: keep it short.</summary>
        public Action<SuperResolutionProgress>? ProgressCallback { get; set; }

        /// <summary>Called after every epoch.</summary>
        public Action<SuperResolutionEpoch>? MetricsCallback { get; set; }

        /// <summary>Channels of the hidden layers.</summary>
        internal int Width { get; set; } = SuperResolutionNetwork.DefaultWidth;

        internal override void Validate()
        {
            base.Validate();
            OptionCheck.Named(nameof(InputColumnName), InputColumnName, "the column to learn from");
            OptionCheck.Named(nameof(OutputColumnName), OutputColumnName, "the column to add");
            if (Factor is < 2 or > LargestFactor || (Factor & (Factor - 1)) != 0)
                throw new ArgumentOutOfRangeException(nameof(Factor), Factor, $"{nameof(Factor)} is {Factor}; it must be 2, 4, 8 or 16.");
            if (!Enum.IsDefined(Architecture))
                throw new ArgumentOutOfRangeException(nameof(Architecture), Architecture, $"{nameof(Architecture)} is {Architecture}; it must be {string.Join(" or ", Enum.GetNames<SuperResolutionArchitecture>())}.");
            if (!Enum.IsDefined(Loss))
                throw new ArgumentOutOfRangeException(nameof(Loss), Loss, $"{nameof(Loss)} is {Loss}; it must be {string.Join(" or ", Enum.GetNames<SuperResolutionLoss>())}.");
            int smallest = Patches.SmallestSize(Factor);
            if (PatchSize != 0 && (PatchSize < smallest || PatchSize > Patches.LargestSize || PatchSize % Factor != 0))
                throw new ArgumentOutOfRangeException(nameof(PatchSize), PatchSize, $"{nameof(PatchSize)} is {PatchSize}; it must be a multiple of {Factor}, from {smallest} to {Patches.LargestSize}, or 0 to go by the pictures.");
            OptionCheck.AtLeast(nameof(PatchesPerPicture), PatchesPerPicture, 1);
            OptionCheck.Positive(nameof(LearningRate), LearningRate);
            if (Loss == SuperResolutionLoss.Pixel && (LossNetworkPath ?? LossLayer) is not null)
                throw new ArgumentException($"{nameof(LossNetworkPath)} and {nameof(LossLayer)} belong to the perceptual loss: set {nameof(Loss)} to {nameof(SuperResolutionLoss.Perceptual)}, or leave them out.");
        }
    }
}

/// <summary>The settings that repeat a run.</summary>
internal sealed record SuperResolutionSettings : EpochSettings
{
    public SuperResolutionArchitecture Architecture { get; init; }
    public int Factor { get; init; }
    public SuperResolutionLoss Loss { get; init; }

    /// <summary>What taught it; null for pixels.</summary>
    public string? LossNetwork { get; init; }
    public string? LossLayer { get; init; }
    public int PatchSize { get; init; }
    public int PatchesPerPicture { get; init; }
    public double LearningRate { get; init; }

    public override string Describe() => $"{Architecture} network, ×{Factor}, {(LossNetwork is { } teacher ? $"{LossLayer} of {teacher}" : "pixel loss")}";
}

namespace MLNetGen;

public sealed partial class ToyGan1D
{
    /// <summary>How a <see cref="ToyGan1D"/> trains.</summary>
    public sealed class Options
    {
        /// <summary>Training steps; at least 1.</summary>
        public int Steps { get; set; } = 3000;

        /// <summary>Numbers in a batch; at least 1.</summary>
        public int BatchSize { get; set; } = 512;

        /// <summary>A frame is kept every so many steps, besides the first and the last; at least 1.</summary>
        public int FrameInterval { get; set; } = 30;

        /// <summary>Adam's step size at the start, for the generator; it falls to 0 along half a cosine.</summary>
        public double GeneratorLearningRate { get; set; } = 4e-4;

        /// <summary>The same for the discriminator, which should be ahead: only then does its slope point to the data.</summary>
        public double DiscriminatorLearningRate { get; set; } = 4e-3;

        /// <summary>The same seed gives the same frames.</summary>
        public int Seed { get; set; } = 1;

        /// <summary>Stops training between two steps with an <see cref="OperationCanceledException"/>.</summary>
        public CancellationToken CancellationToken { get; set; }

        internal void Validate()
        {
            OptionCheck.AtLeast(nameof(Steps), Steps, 1);
            OptionCheck.AtLeast(nameof(BatchSize), BatchSize, 1);
            OptionCheck.AtLeast(nameof(FrameInterval), FrameInterval, 1);
            OptionCheck.Positive(nameof(GeneratorLearningRate), GeneratorLearningRate);
            OptionCheck.Positive(nameof(DiscriminatorLearningRate), DiscriminatorLearningRate);
        }
    }
}

namespace MLNetGen;

public sealed partial class ToyGan1D
{
    /// <summary>How a <see cref="ToyGan1D"/> trains.</summary>
    public sealed class Options
    {
        /// <summary>Training steps; at least 1.</summary>
        public int Steps { get; set; } = 3000;

        /// <summary>Numbers in a batch; at least 1.</summary>
        public int BatchSize { get; set; } = 256;

        /// <summary>A frame is kept every so many steps, besides the first and the last; at least 1.</summary>
        public int FrameInterval { get; set; } = 30;

        /// <summary>Adam's step size for the generator.</summary>
        public double GeneratorLearningRate { get; set; } = 1e-3;

        /// <summary>
        /// Adam's step size for the discriminator, which should be ahead: only then does its slope point to the data. Heusel
        /// et al. 2017, section 2, arXiv:1706.08500.
        /// </summary>
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

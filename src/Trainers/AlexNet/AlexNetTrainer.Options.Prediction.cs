namespace MLNetGen;

public sealed partial class AlexNetTrainer
{
    public sealed partial class Options
    {
        /// <summary>How many of the best classes the transformer adds as <c>TopLabels</c> and <c>TopScores</c>; 0 for none. At most as many as there are classes.</summary>
        public int TopK { get; set; }

        /// <summary>Whether the transformer adds <c>Features</c>: the last hidden layer (fc7), a vector of 4,096, or 512 of compact; of an ensemble all of them in a row.</summary>
        public bool OutputFeatures { get; set; }

        /// <summary>
        /// Whether the transformer averages the probabilities of ten crops: the four corners and the centre, and their mirror images (the paper's section 4.1).
        /// Ten times the work. Needs a <see cref="ResizeSize"/> above <see cref="ImageSize"/>.
        /// </summary>
        public bool TenCrop { get; set; }

        private void ValidatePrediction() => OptionCheck.AtLeast(nameof(TopK), TopK, 0);
    }
}

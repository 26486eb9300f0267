namespace MLNetGen;

public sealed partial class DcganTrainer
{
    // What the networks play for, and what keeps them in balance: options beyond the networks' sources.
    public sealed partial class Options
    {
        /// <summary>
        /// Trains <see cref="DcganNetwork.AnimeFace64"/> exactly as its source does: separate updates of the discriminator on
        /// real and on made pictures, these made in inference mode, fresh z for the generator's update, and its targets in
        /// (0.8, 1] too. Off, one update is on both, and both networks use one batch of made pictures, which is faster.
        /// The other networks are trained as in their sources anyway: it changes nothing for them.
        /// </summary>
        public bool SourceProcedure { get; set; }

        /// <summary>
        /// Takes the networks of PyTorch's own example for <see cref="DcganNetwork.Paper"/>: 4×4 kernels, normal z, width 64,
        /// batches of 64.
        /// </summary>
        public bool PyTorchExample { get; set; }

        /// <summary>
        /// What the networks play for. <see cref="GanLoss.WassersteinGradientPenalty"/> brings its paper's Adam with it
        /// (1e-4, β 0 and 0.9) where the rates and decays are unset; it and <see cref="GanLoss.Hinge"/> have no targets
        /// and so no noise on them.
        /// </summary>
        public GanLoss Loss { get; set; }

        /// <summary>
        /// The discriminator's updates in one step, each on a batch of its own; at least 1. Null is 1, or 5 for
        /// <see cref="GanLoss.WassersteinGradientPenalty"/> (Gulrajani et al. 2017, algorithm 1). A step takes this many
        /// times <see cref="TrainingOptions.BatchSize"/> pictures.
        /// </summary>
        public int? DiscriminatorSteps { get; set; }

        /// <summary>λ of <see cref="GanLoss.WassersteinGradientPenalty"/>, above 0; the paper's 10. No other loss uses it.</summary>
        public double GradientPenalty { get; set; } = 10;

        /// <summary>
        /// γ of the R1 penalty on the discriminator's gradient at real pictures, 0 for none; 10 in the paper: Mescheder et al.
        /// 2018 (arXiv:1801.04406), section 4.1. For the losses that have no penalty of their own. The discriminator then has no BatchNorm, which would
        /// make a picture's gradient depend on the others in its batch.
        /// </summary>
        public double R1Gamma { get; set; }

        /// <summary>
        /// Divides every weight of the discriminator by its largest singular value: Miyato et al. 2018 (arXiv:1802.05957).
        /// As in its table 3, the discriminator then has no BatchNorm.
        /// </summary>
        public bool SpectralNormalization { get; set; }

        /// <summary>Differentiable augmentation, for small data sets: Zhao et al. 2020 (arXiv:2006.10738).</summary>
        public DiffAugment DiffAugment { get; set; }

        /// <summary>
        /// A column of labels (text, numbers or keys), for a GAN that makes pictures of a class: the generator gets the class's
        /// one-hot row beside z (Mirza and Osindero 2014, arXiv:1411.1784), and the discriminator has a logit for each class, as
        /// a projection discriminator (Miyato and Koyama 2018, arXiv:1802.05637). The generator's rows then need a column
        /// <c>Class</c> beside <c>Latent</c>; <c>Realness</c> is that of the class a picture suits best. Null for one kind
        /// of picture.
        /// </summary>
        public string? LabelColumnName { get; set; }

        private void ValidateObjectives()
        {
            if (PyTorchExample && Network != DcganNetwork.Paper)
                throw new ArgumentException($"{nameof(PyTorchExample)} is an option of the {nameof(DcganNetwork.Paper)} network, and {nameof(Network)} is {Network?.ToString() ?? "unset"}: set {nameof(Network)} to {nameof(DcganNetwork.Paper)}.");
            if (!Enum.IsDefined(Loss))
                throw new ArgumentOutOfRangeException(nameof(Loss), Loss, $"{nameof(Loss)} is {Loss}; it must be one of {string.Join(", ", Enum.GetNames<GanLoss>())}.");
            OptionCheck.AtLeast(nameof(DiscriminatorSteps), DiscriminatorSteps ?? 1, 1);
            OptionCheck.Positive(nameof(GradientPenalty), GradientPenalty);
            OptionCheck.NotNegative(nameof(R1Gamma), R1Gamma);
            if (R1Gamma > 0 && Loss == GanLoss.WassersteinGradientPenalty)
                throw new ArgumentException($"{nameof(R1Gamma)} is {R1Gamma}, and {nameof(GanLoss.WassersteinGradientPenalty)} has a gradient penalty of its own: set {nameof(R1Gamma)} to 0, or choose another {nameof(Loss)}.");
            if ((DiffAugment & ~DiffAugment.All) != 0)
                throw new ArgumentOutOfRangeException(nameof(DiffAugment), DiffAugment, $"{nameof(DiffAugment)} is {DiffAugment}; it must be a combination of {string.Join(", ", Enum.GetNames<DiffAugment>())}.");
            if (LabelColumnName is "")
                throw new ArgumentException($"{nameof(LabelColumnName)} is empty: name the column of labels, or leave it null for a GAN without classes.");
            if (SourceProcedure && BeyondTheSource is { } option)
                throw new ArgumentException($"{nameof(SourceProcedure)} follows the source exactly, and the source has no {option}: unset one of the two.");
        }

        private string? BeyondTheSource =>
            Loss != GanLoss.NonSaturating ? $"{nameof(Loss)} {Loss}"
            : DiscriminatorSteps is > 1 ? nameof(DiscriminatorSteps)
            : R1Gamma > 0 ? nameof(R1Gamma)
            : SpectralNormalization ? nameof(SpectralNormalization)
            : DiffAugment != DiffAugment.None ? nameof(DiffAugment)
            : LabelColumnName is not null ? nameof(LabelColumnName)
            : null;
    }
}

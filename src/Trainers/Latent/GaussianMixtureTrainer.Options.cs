namespace MLNetGen;

public sealed partial class GaussianMixtureTrainer
{
    /// <summary>What to fit, and how.</summary>
    public sealed class Options
    {
        /// <summary>A column of vectors of Single of one known size, such as the codes of a VAE.</summary>
        public string InputColumnName { get; set; } = "Latent";

        /// <summary>Normal distributions in the mixture; at least 1.</summary>
        public int NumberOfComponents { get; set; } = 10;

        /// <summary>Which covariances the components may have.</summary>
        public CovarianceType Covariance { get; set; } = CovarianceType.Full;

        /// <summary>Added to every variance, in squared units of the column; 0 or more. It keeps a component from shrinking onto one row.</summary>
        public double Regularization { get; set; } = 1e-6;

        /// <summary>Fitting ends when a step raises the mean log-likelihood by less than this many nats a row; 0 or more.</summary>
        public double Tolerance { get; set; } = 1e-4;

        /// <summary>Fitting ends after so many steps, converged or not; at least 1.</summary>
        public int MaximumIterations { get; set; } = 200;

        /// <summary>
        /// Where the components begin, <see cref="NumberOfComponents"/> vectors. Null draws them from the rows, far from each other (k-means++).
        /// </summary>
        public IReadOnlyList<float[]>? InitialMeans { get; set; }

        /// <summary>Seeds the start. Null takes it from the context's own seed.</summary>
        public int? Seed { get; set; }

        /// <summary>Called with the start and after every step.</summary>
        public Action<GaussianMixtureStep>? ProgressCallback { get; set; }

        /// <summary>Stops fitting between two steps with an <see cref="OperationCanceledException"/>.</summary>
        public CancellationToken CancellationToken { get; set; }

        internal void Validate()
        {
            OptionCheck.Named(nameof(InputColumnName), InputColumnName, "the column to fit");
            OptionCheck.AtLeast(nameof(NumberOfComponents), NumberOfComponents, 1);
            if (!Enum.IsDefined(Covariance))
                throw new ArgumentOutOfRangeException(nameof(Covariance), Covariance, $"{nameof(Covariance)} is {Covariance}; there is no such {nameof(CovarianceType)}.");
            OptionCheck.NotNegative(nameof(Regularization), Regularization);
            OptionCheck.NotNegative(nameof(Tolerance), Tolerance);
            OptionCheck.AtLeast(nameof(MaximumIterations), MaximumIterations, 1);
            if (InitialMeans is { } means && means.Count != NumberOfComponents)
                throw new ArgumentException($"there are {means.Count} {nameof(InitialMeans)}, and {nameof(NumberOfComponents)} is {NumberOfComponents}: give one each.");
        }
    }
}

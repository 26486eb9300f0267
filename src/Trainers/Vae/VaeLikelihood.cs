namespace MLNetGen;

/// <summary>p(x|z): what the decoder's output says of a picture, and so what the reconstruction term measures.</summary>
public enum VaeLikelihood
{
    /// <summary>
    /// Every value in [0, 1] is the probability of a coin: cross-entropy, in nats. For digits and other
    /// near black-and-white pictures (Kingma and Welling 2013, appendix C.1).
    /// </summary>
    Bernoulli,

    /// <summary>
    /// Every value is normal around the decoder's output with one fixed deviation,
    /// <see cref="VaeTrainer.Options.GaussianDeviation"/> (appendix C.2). For photographs. A density, so that the
    /// figure may be negative.
    /// </summary>
    Gaussian,
}

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
    /// Every value is normal around the decoder's output with one deviation for all,
    /// <see cref="VaeTrainer.Options.GaussianDeviation"/> (appendix C.2), or a learnt one,
    /// <see cref="VaeTrainer.Options.LearnDeviation"/>. For photographs. A density, so that the figure may be negative.
    /// </summary>
    Gaussian,

    /// <summary>
    /// Every value is one of the 256 levels of a byte, and has the share of a logistic distribution around the decoder's
    /// output that lies within half a level of it; what lies beyond black and white counts to them. One scale for all
    /// values, which is learnt. A probability, so that nats are those of a lossless code: divided by values · ln 2 they are
    /// bits per value. Values are rounded to the nearest level. Kingma et al. 2016, section 5.2 (arXiv:1606.04934);
    /// Salimans et al. 2017, section 2.1 (arXiv:1701.05517), with one component.
    /// </summary>
    DiscretizedLogistic,
}

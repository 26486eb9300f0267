namespace MLNetGen;

/// <summary>What the two networks of a GAN play for.</summary>
public enum GanLoss
{
    /// <summary>
    /// Binary cross-entropy for the discriminator, and for the generator −log D(G(z)): Goodfellow et al. 2014
    /// (arXiv:1406.2661), section 3. The loss of every network's source.
    /// </summary>
    NonSaturating,

    /// <summary>
    /// max(0, 1 − D(x)) + max(0, 1 + D(G(z))) against −D(G(z)): Lim and Ye 2017 (arXiv:1705.02894), as in Miyato et al.
    /// 2018 (arXiv:1802.05957), equations 16 and 17.
    /// </summary>
    Hinge,

    /// <summary>
    /// D(G(z)) − D(x) with the gradient penalty of Gulrajani et al. 2017 (arXiv:1704.00028), algorithm 1. The critic, as the
    /// discriminator is called there, has no BatchNorm (section 4), learns five times a step, and its output is a score and
    /// not a logit: <c>Realness</c> orders pictures and is no probability.
    /// </summary>
    WassersteinGradientPenalty,
}

namespace MLNetGen;

/// <summary>The nonlinearity after every layer but the last.</summary>
public enum AlexNetActivation
{
    /// <summary>max(0, x): the paper's, section 3.1.</summary>
    ReLU,

    /// <summary>The hyperbolic tangent: what the paper's figure 1 compares it with.</summary>
    Tanh,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>x above 0, 0.01·x below (Maas et al. 2013).</summary>
    LeakyReLU,

    /// <summary>x above 0, eˣ − 1 below (Clevert et al. 2015, arXiv:1511.07289).</summary>
    Elu,

    /// <summary>x·Φ(x) (Hendrycks and Gimpel 2016, arXiv:1606.08415).</summary>
    Gelu,

    /// <summary>x·σ(x) (Elfwing et al. 2017, arXiv:1702.03118).</summary>
    SiLU,
}

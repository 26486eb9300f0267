namespace MLNetGen;

/// <summary>The network of a <see cref="SuperResolutionTrainer"/>: 9×9 convolution, four residual blocks, a doubling for each factor of two, 9×9 convolution.</summary>
public enum SuperResolutionArchitecture
{
    /// <summary>
    /// Learns what bicubic interpolation lacks and adds it; no batch normalisation; doubles by repeating pixels before a 3×3 convolution, which leaves no
    /// checkerboard. Measured better than the paper's: see <c>docs/super-resolution.md</c>. Sources: Kim, Lee and Lee 2016 (arXiv:1511.04587) for the sum,
    /// Lim et al. 2017 (arXiv:1707.02921) for the missing normalisation, Odena, Dumoulin and Olah 2016 (distill.pub) for the doubling.
    /// </summary>
    Residual,

    /// <summary>Batch normalisation, doublings by transposed convolutions, pixels by a scaled tanh: Johnson, Alahi and Fei-Fei 2016, section 3.1.</summary>
    Paper,
}

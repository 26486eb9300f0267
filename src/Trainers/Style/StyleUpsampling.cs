namespace MLNetGen;

/// <summary>How the network doubles height and width, twice.</summary>
public enum StyleUpsampling
{
    /// <summary>Each pixel four times, then a 3×3 convolution: no checkerboard (Odena, Dumoulin and Olah 2016).</summary>
    NearestConvolution,

    /// <summary>Transposed convolutions of stride 2, as the source has: cheaper, and prone to a checkerboard.</summary>
    TransposedConvolution,
}

namespace MLNetGen;

/// <summary>The feed-forward networks that paint.</summary>
public enum StyleNetwork
{
    /// <summary>
    /// Johnson, Alahi and Fei-Fei 2016 (arXiv:1603.08155), with instance normalisation (Ulyanov et al. 2016, arXiv:1607.08022) as in the classic
    /// TensorFlow code: 32, 64 and 128 channels, five residual blocks; 1.7 million parameters.
    /// </summary>
    Full,

    /// <summary>A quarter of the channels, and depthwise separable residual blocks (Howard et al. 2017, arXiv:1704.04861): for phones and browsers.</summary>
    Small,
}

/// <summary>How the network doubles height and width, twice.</summary>
public enum StyleUpsampling
{
    /// <summary>Each pixel four times, then a 3×3 convolution: no checkerboard (Odena, Dumoulin and Olah 2016).</summary>
    NearestConvolution,

    /// <summary>Transposed convolutions of stride 2, as the source has: cheaper, and prone to a checkerboard.</summary>
    TransposedConvolution,
}

/// <summary>What convolutions see beyond a picture's edge.</summary>
public enum StylePadding
{
    /// <summary>The picture mirrored: no dark frame.</summary>
    Reflection,

    /// <summary>Zeros, placed as TensorFlow's <c>SAME</c> does: stride 2 on even sizes pads below and to the right only.</summary>
    Same,
}

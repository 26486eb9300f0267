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

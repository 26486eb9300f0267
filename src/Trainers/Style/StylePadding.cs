namespace MLNetGen;

/// <summary>What convolutions see beyond a picture's edge.</summary>
public enum StylePadding
{
    /// <summary>The picture mirrored: no dark frame.</summary>
    Reflection,

    /// <summary>Zeros, placed as TensorFlow's <c>SAME</c> does: stride 2 on even sizes pads below and to the right only.</summary>
    Same,
}

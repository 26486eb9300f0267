namespace MLNetGen;

/// <summary>What is painted over.</summary>
public enum PaintingStart
{
    /// <summary>The photograph.</summary>
    Content,

    /// <summary>The mean pixel with noise from N(0, 0.256), of pixels from 0 to 255: next to nothing, so that no place is decided beforehand. L-BFGS begins after some steps of Adam (<see cref="PaintingOptimizer.Lbfgs"/>).</summary>
    Noise,
}

namespace MLNetGen;

/// <summary>What a network of one's own gives a pipeline.</summary>
public enum TorchOutput
{
    /// <summary>A vector of Single: the network's output, its axes after the batch joined.</summary>
    Vector,

    /// <summary>A picture (MLImage): the network's output is [N, 1 or 3, height, width] in [0, 1]; what lies outside is cut off.</summary>
    Picture,
}

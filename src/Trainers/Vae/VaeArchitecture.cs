namespace MLNetGen;

/// <summary>The network of a VAE: see each member for its layers and source.</summary>
public enum VaeArchitecture
{
    /// <summary>
    /// Convolutions 4×4 of stride 2 (32, 64, … channels) down to at most 8×8, a dense layer of 256, and the mirror
    /// image of it. For pictures whose size halves evenly that often.
    /// </summary>
    Convolutional,

    /// <summary>
    /// One hidden layer of 400 on both sides, as in Kingma and Welling 2013 (arXiv:1312.6114) and in PyTorch's
    /// <c>examples/vae</c>: 784-400-20 for 28×28 digits.
    /// </summary>
    Mlp,
}

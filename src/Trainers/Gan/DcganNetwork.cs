namespace MLNetGen;

/// <summary>The two networks of a GAN: see each member for its layers, its recipe and its source.</summary>
public enum DcganNetwork
{
    /// <summary>
    /// Transposed convolutions 4×4 from the latent vector (512, 256, 128, 64 channels, an extra 3×3 convolution, tanh) against
    /// convolutions 4×4 of stride 2 (64, 128, 256, 512, one logit), as in Keras's anime-face GAN; 3,614,723 and 2,766,529
    /// parameters at 64×64×3. The default for colour.
    /// </summary>
    AnimeFace64,

    /// <summary>
    /// A dense layer and nearest-neighbour upsampling with 3×3 convolutions (128, 128, 64, tanh) against 3×3 convolutions of
    /// stride 2 (16, 32, 64, 128, one logit), as in PyTorch-GAN's DCGAN for MNIST; 1,049,985 and 98,113 parameters at
    /// 32×32×1. The default for grey. Its batch is 16, where the source takes 64 of 60,000 digits: of 9,000, four times the
    /// steps in the same time make the better digits.
    /// </summary>
    Mnist32,

    /// <summary>
    /// Radford, Metz and Chintala 2015 (arXiv:1511.06434), figure 1: uniform z, 5×5 kernels of stride 2, 1024, 512, 256 and
    /// 128 channels at 64×64; a stage less at 32, one more at 128.
    /// </summary>
    Paper,

    /// <summary>
    /// The fully connected GAN that the convolutional ones improve on: dense layers 1200, 1200 with ReLU and as many outputs as
    /// pixels, tanh, against 240, 240 and one logit with dropout; 2,503,984 and 246,481 parameters at 28×28×1, its own size.
    /// Goodfellow et al. 2014 (arXiv:1406.2661), section 5, with LeakyReLU for its maxout and Adam for its momentum.
    /// </summary>
    Mlp,
}

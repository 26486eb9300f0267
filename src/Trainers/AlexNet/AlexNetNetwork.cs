namespace MLNetGen;

/// <summary>Which AlexNet: five convolutions, three of them pooled, and three dense layers.</summary>
public enum AlexNetNetwork
{
    /// <summary>
    /// For pictures of 32 to 96 pixels: batch-normalised convolutions of 48, 96, 192, 192 and 128 channels, dense layers of 512
    /// and 512, He initialisation. The paper's own initialisation stays at chance for epochs on such pictures.
    /// </summary>
    Compact,

    /// <summary>
    /// The paper's, on one device: 96, 256, 384, 384 and 256 channels, the second, fourth and fifth convolution in two groups, local
    /// response normalisation, overlapping pooling, 227×227 pixels. 60,965,224 parameters at 1,000 classes.
    /// Source: Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep Convolutional Neural Networks", section 3.
    /// </summary>
    Paper,

    /// <summary>
    /// torchvision's <c>alexnet</c>: 64, 192, 384, 256 and 256 channels, no groups, no normalisation, 224×224 pixels; takes its
    /// published weights. 61,100,840 parameters at 1,000 classes. Source: Krizhevsky 2014, arXiv:1404.5997.
    /// </summary>
    Torchvision,
}

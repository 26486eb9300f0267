namespace MLNetGen.AlexNet;

/// <summary>What an AlexNet is built from.</summary>
/// <param name="Network">Which of them.</param>
/// <param name="Classes">Outputs.</param>
/// <param name="Size">Height and width of its input, in pixels.</param>
/// <param name="Channels">1 or 3.</param>
internal sealed record AlexNetShape(AlexNetNetwork Network, int Classes, int Size, int Channels)
{
    public AlexNetActivation Activation { get; init; } = AlexNetActivation.ReLU;

    /// <summary>Probability that a hidden dense unit is left out of a training step.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>After the first two convolutions; not in torchvision's.</summary>
    public bool LocalResponseNormalization { get; init; } = Network == AlexNetNetwork.Paper;

    /// <summary>Pools of 3×3 with stride 2; otherwise 2×2 with stride 2.</summary>
    public bool OverlappingPooling { get; init; } = true;

    /// <summary>Of <see cref="AlexNetNetwork.Paper"/>: the second, fourth and fifth convolution see half of the maps each, as on two GPUs.</summary>
    public bool Groups { get; init; } = true;

    /// <summary>The sixth convolution over the last pool, of the paper's CNN* (section 6.1).</summary>
    public bool SixthConvolution { get; init; }

    /// <summary>The least height and width that leaves a pixel after the last pool.</summary>
    public static int LeastSize(AlexNetNetwork network) => network switch
    {
        AlexNetNetwork.Compact => 16,
        AlexNetNetwork.Paper => 67,
        _ => 63,
    };

    public static int DefaultSize(AlexNetNetwork network) => network switch
    {
        AlexNetNetwork.Paper => 227,
        AlexNetNetwork.Torchvision => 224,
        _ => 32,
    };
}

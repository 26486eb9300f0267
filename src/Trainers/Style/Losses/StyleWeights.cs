namespace MLNetGen;

/// <summary>How much each term of the style loss counts.</summary>
/// <param name="Content">Of the content term; 0 leaves it out.</param>
/// <param name="Style">Of the style term; 0 leaves it out.</param>
/// <param name="TotalVariation">Of the total variation; 0 leaves it out.</param>
public sealed record StyleWeights(double Content, double Style, double TotalVariation)
{
    /// <summary>
    /// Of the classic TensorFlow code (lengstrom/fast-style-transfer): 7.5, 100, 200. They belong to VGG-19 with the weights of
    /// <c>imagenet-vgg-verydeep-19.mat</c>.
    /// </summary>
    public static StyleWeights Published { get; } = new(7.5, 100, 200);
}

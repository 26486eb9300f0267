namespace MLNetGen;

/// <summary>What pixels a backbone was trained on: it gets (<see cref="Scale"/> · pixel − mean) / deviation, a mean and a deviation a channel, pixels being in [0, 1].</summary>
/// <remarks>
/// The default is torchvision's and timm's of ImageNet. Keras' <c>tf</c> mode (−1 to 1) is mean and deviation 0.5; Caffe's and CNTK's is <see cref="Scale"/> 255, <see cref="IsBlueFirst"/>,
/// mean 103.939, 116.779, 123.68 and deviation 1.
/// </remarks>
public sealed record BackbonePixels
{
    /// <summary>What pixels in [0, 1] are multiplied by first: 255 for a backbone that takes 0 to 255. Above 0.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Whether the backbone's first channel is blue, and not red.</summary>
    public bool IsBlueFirst { get; init; }

    /// <summary>A value for each of the backbone's channels, in its own order; one value counts for all.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0.485f, 0.456f, 0.406f];

    /// <summary>A value above 0 for each of the backbone's channels, in its own order; one value counts for all.</summary>
    public IReadOnlyList<float> Deviation { get; init; } = [0.229f, 0.224f, 0.225f];

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{(IsBlueFirst ? "blue first" : "red first")}, 0 to {Scale}, less {string.Join(", ", Mean)}, over {string.Join(", ", Deviation)}");

    internal void Validate(string option)
    {
        OptionCheck.Positive($"{option}.{nameof(Scale)}", Scale);
        foreach ((string name, IReadOnlyList<float> values) in ((string, IReadOnlyList<float>)[])[(nameof(Mean), Mean), (nameof(Deviation), Deviation)])
        {
            if (values is not { Count: 1 or 3 } || values.Any(value => !float.IsFinite(value)))
                throw new ArgumentException($"{option}.{name} is [{string.Join(", ", values ?? [])}]; it must be one number, or one for each of three channels.", option);
        }

        foreach (float deviation in Deviation) OptionCheck.Positive($"{option}.{nameof(Deviation)}", deviation);
    }
}

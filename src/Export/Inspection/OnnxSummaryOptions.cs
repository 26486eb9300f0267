namespace MLNetGen.Export;

/// <summary>The lengths at which axes that may vary are counted. The first axis, and any named batch, has length 1.</summary>
public sealed record OnnxSummaryOptions
{
    /// <summary>Height and width that <see cref="Size"/> defaults to.</summary>
    public const int DefaultSize = 224;

    /// <summary>
    /// Length of every other axis that may vary, at least 1. Default null: 224 in tensors with four and more axes (height and
    /// width of pictures), 1 in others.
    /// </summary>
    public int? Size { get; init; }
}

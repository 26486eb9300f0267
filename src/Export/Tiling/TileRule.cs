namespace MLNetGen.Export.Tiling;

/// <summary>How one node works on a tile.</summary>
/// <param name="Axes">Which axes of its outputs are height and width.</param>
/// <param name="Scales">Its outputs' lengths as shares of the picture's.</param>
/// <param name="Spread">The margin of its outputs for a margin of its inputs, along height (0) or width (1).</param>
internal sealed record TileRule(int[] Axes, Ratio[] Scales, Func<int, Margin, Margin> Spread)
{
    public static TileRule Like(SpatialValue input) => new(input.Axes, input.Scales, (_, margin) => margin);
}

namespace MLNetGen.Export.Tiling;

/// <summary>How many elements at a tile's cut edges are not what they would be in the whole picture, before and after.</summary>
internal readonly record struct Margin(int Before, int After)
{
    public static Margin None => default;

    public Margin Or(Margin other) => new(Math.Max(Before, other.Before), Math.Max(After, other.After));

    public Margin Times(int factor) => new(Before * factor, After * factor);

    public Margin Plus(int before, int after) => new(Math.Max(0, Before + before), Math.Max(0, After + after));
}

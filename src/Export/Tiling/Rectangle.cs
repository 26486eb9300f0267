namespace MLNetGen.Export.Tiling;

/// <summary>A part of a picture.</summary>
internal readonly record struct Rectangle(int Top, int Left, int Height, int Width)
{
    public int Bottom => Top + Height;

    public int Right => Left + Width;

    /// <summary>With its surroundings, as far as there are any.</summary>
    public Rectangle Grown(Margin[] halo, int height, int width)
    {
        (int top, int left) = (Math.Max(0, Top - halo[0].Before), Math.Max(0, Left - halo[1].Before));
        return new(top, left, Math.Min(height, Bottom + halo[0].After) - top, Math.Min(width, Right + halo[1].After) - left);
    }

    /// <summary>The same part of a value of other scale.</summary>
    public Rectangle At(Ratio[] scales)
    {
        (int top, int left) = (scales[0].Of(Top), scales[1].Of(Left));
        return new(top, left, scales[0].Of(Bottom) - top, scales[1].Of(Right) - left);
    }
}

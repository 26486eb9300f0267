namespace MLNetGen.Onnx.Tiling;

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

/// <summary>Sliding windows along one axis: which outputs see a cut edge.</summary>
/// <param name="Kernel">Elements from the window's first to its last, holes of a dilation included.</param>
/// <param name="Stride">The window's step; of a transposed convolution, the outputs' step an input.</param>
/// <param name="Begin">Padding before the first element.</param>
internal readonly record struct Windows(int Kernel, int Stride, int Begin)
{
    /// <summary>Convolution and pooling: output o sees the inputs from o·stride − begin on.</summary>
    public Margin Slide(Margin margin, int length, int outputs)
    {
        // Inputs that remain after the last window; fewer than none where it reaches into the padding.
        int left = length - 1 - ((outputs - 1) * Stride - Begin + Kernel - 1);
        return new(RoundUp(margin.Before + Begin), Math.Max(0, RoundUp(margin.After - left)));
    }

    /// <summary>Transposed convolution: input i reaches the outputs from i·stride − begin on.</summary>
    public Margin Scatter(Margin margin, int length, int outputs) => new(
        Math.Max(0, (margin.Before - 1) * Stride + Kernel - Begin),
        Math.Max(0, outputs - (length - margin.After) * Stride + Begin));

    private int RoundUp(int elements) => elements <= 0 ? 0 : (elements + Stride - 1) / Stride;
}

/// <summary>How many elements at a tile's cut edges are not what they would be in the whole picture, before and after.</summary>
internal readonly record struct Margin(int Before, int After)
{
    public static Margin None => default;

    public Margin Or(Margin other) => new(Math.Max(Before, other.Before), Math.Max(After, other.After));

    public Margin Times(int factor) => new(Before * factor, After * factor);

    public Margin Plus(int before, int after) => new(Math.Max(0, Before + before), Math.Max(0, After + after));
}

/// <summary>A length as a share of the picture's: ¼ after two strides of 2, 2 after an enlargement.</summary>
internal readonly record struct Ratio
{
    private Ratio(long up, long down)
    {
        long common = Greatest(up, down);
        (Up, Down) = (up / common, down / common);
    }

    public static Ratio One { get; } = new(1, 1);

    public long Up { get; }

    public long Down { get; }

    public Ratio Times(long factor) => new(Up * factor, Down);

    public Ratio Over(long divisor) => new(Up, Down * divisor);

    /// <summary>A position or length of the picture's in the value's own elements; exact for multiples of <see cref="Down"/>.</summary>
    public int Of(long pictureLength) => checked((int)(pictureLength * Up / Down));

    /// <summary>The pixels of the picture that so many elements take, rounded up.</summary>
    public int PixelsOf(long elements) => checked((int)((elements * Down + Up - 1) / Up));

    public bool IsExactly(long length, long pictureLength) => length * Down == pictureLength * Up;

    public static long LeastCommonMultiple(long a, long b) => a / Greatest(a, b) * b;

    private static long Greatest(long a, long b) => b == 0 ? a : Greatest(b, a % b);
}

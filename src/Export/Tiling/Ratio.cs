namespace MLNetGen.Export.Tiling;

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

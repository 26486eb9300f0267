namespace MLNetGen;

/// <summary>What a look at a picture file's structure found: its size, or why it cannot be read.</summary>
internal readonly record struct PictureCheck(int Width, int Height, string? Problem)
{
    public bool IsReadable => Problem is null;

    public static PictureCheck Bad(string problem) => new(0, 0, problem);
}

namespace MLNetGen.Tests;

/// <summary>A theory that needs ffmpeg, skipped where it is not installed.</summary>
public sealed class FfmpegTheoryAttribute : TheoryAttribute
{
    public FfmpegTheoryAttribute() => Skip = new FfmpegFactAttribute().Skip;
}

namespace MLNetGen.Tests;

/// <summary>A test that needs ffmpeg, skipped where it is not installed.</summary>
public sealed class FfmpegFactAttribute : FactAttribute
{
    private static readonly bool IsInstalled = VideoFile.IsAvailable;

    public FfmpegFactAttribute()
    {
        if (!IsInstalled)
            Skip = "ffmpeg is not installed (apt-get install ffmpeg)";
    }
}

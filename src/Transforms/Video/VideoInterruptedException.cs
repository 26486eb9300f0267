namespace MLNetGen;

/// <summary>A video was interrupted; what was finished is kept.</summary>
public sealed class VideoInterruptedException : OperationCanceledException
{
    internal VideoInterruptedException(string message, string? partialPath, int frames, CancellationToken token)
        : base(message, token)
    {
        PartialPath = partialPath;
        Frames = frames;
    }

    /// <summary>Where the finished frames lie, as a video that plays; null where there are none.</summary>
    public string? PartialPath { get; }

    /// <summary>How many frames are finished.</summary>
    public int Frames { get; }
}

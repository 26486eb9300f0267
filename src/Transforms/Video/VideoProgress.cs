namespace MLNetGen;

/// <summary>How far a video is.</summary>
/// <param name="Frames">Frames that are done.</param>
/// <param name="Total">Frames in all, or about; null where the file does not say.</param>
public sealed record VideoProgress(int Frames, int? Total);

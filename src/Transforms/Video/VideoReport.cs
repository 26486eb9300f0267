namespace MLNetGen;

/// <summary>What became of a video.</summary>
/// <param name="Frames">Frames written.</param>
/// <param name="Complaints">What ffmpeg complained of while reading, such as a damaged frame; empty when it did not.</param>
public sealed record VideoReport(int Frames, string Complaints);

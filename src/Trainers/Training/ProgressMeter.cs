using System.Diagnostics;

namespace MLNetGen;

/// <summary>Speed and time left, from the images trained on since it was made.</summary>
internal sealed class ProgressMeter(long done, long total)
{
    private readonly long started = Stopwatch.GetTimestamp();
    private long images;

    public double Seconds => Stopwatch.GetElapsedTime(started).TotalSeconds;

    public double ImagesPerSecond => images / Math.Max(Seconds, 1e-9);

    public TimeSpan Remaining => ImagesPerSecond > 0
        ? TimeSpan.FromSeconds((total - done - images) / ImagesPerSecond)
        : TimeSpan.Zero;

    public void Advance(int count) => images += count;
}

using System.Globalization;

namespace MLNetGen;

/// <summary>What a video file says of itself.</summary>
/// <param name="Width">Width of its frames in pixels, turned upright.</param>
/// <param name="Height">Height of its frames in pixels, turned upright.</param>
/// <param name="FrameRate">Frames a second as a fraction, such as <c>30000/1001</c>; the average where they are not evenly spaced.</param>
/// <param name="FrameCount">How many frames there are, or about; null where the file does not say.</param>
/// <param name="HasAudio">Whether there is sound.</param>
public sealed record VideoInfo(int Width, int Height, string FrameRate, int? FrameCount, bool HasAudio)
{
    /// <summary><see cref="FrameRate"/> as a number.</summary>
    public double FramesPerSecond => FrameRate.Split('/') is [var up, var down]
        ? double.Parse(up, CultureInfo.InvariantCulture) / double.Parse(down, CultureInfo.InvariantCulture) : double.Parse(FrameRate, CultureInfo.InvariantCulture);

    /// <summary>Width to height of one pixel, such as <c>16:15</c>; <c>1:1</c> where nothing is said.</summary>
    internal string PixelAspect { get; init; } = "1:1";

    /// <summary>Seconds by which the pictures begin after the file does.</summary>
    internal double Delay { get; init; }
}

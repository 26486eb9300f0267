namespace MLNetGen;

/// <summary>Pictures one after the other, as an animated GIF.</summary>
public static class PictureAnimation
{
    // GIF counts time in hundredths of a second, in 16 bits.
    private const int TicksPerUnit = (int)(TimeSpan.TicksPerSecond / 100);

    /// <summary>Writes an animated GIF that repeats for ever.</summary>
    /// <remarks>
    /// GIF has 256 colours. Frames with no more between them, as all grey pictures are, are kept exactly; otherwise one
    /// palette is fitted to all frames, so that a colour that stays does not flicker.
    /// </remarks>
    /// <param name="path">File name ending in <c>.gif</c>; missing folders are made; the file appears whole or not at all.</param>
    /// <param name="frames">
    /// At least one, all of one size of at most 65,535 pixels a side. Read twice, for the palette and for the pixels: a
    /// sequence that makes or loads each frame when asked keeps only one in memory.
    /// </param>
    /// <param name="delay">How long each frame is shown: 10 ms to 655.35 s, rounded to 10 ms. Browsers slow down what is below 20 ms.</param>
    /// <param name="lastFrameDelay">How long the last frame is shown before the first comes again; null: as the others.</param>
    /// <exception cref="ArgumentException">There are no frames, they differ in size, or a value is out of range.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveGif(string path, IEnumerable<Picture> frames, TimeSpan delay, TimeSpan? lastFrameDelay = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(frames);
        if (!Path.GetExtension(path).Equals(".gif", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"'{path}' must end in .gif: animations are written as GIF", nameof(path));
        SafeFile.WriteStream(path, Writer(frames, delay, lastFrameDelay));
    }

    /// <summary>An animated GIF's bytes; see <see cref="SaveGif"/>.</summary>
    /// <param name="frames">As for <see cref="SaveGif"/>.</param>
    /// <param name="delay">As for <see cref="SaveGif"/>.</param>
    /// <param name="lastFrameDelay">As for <see cref="SaveGif"/>.</param>
    /// <exception cref="ArgumentException">There are no frames, they differ in size, or a value is out of range.</exception>
    public static byte[] ToGif(IEnumerable<Picture> frames, TimeSpan delay, TimeSpan? lastFrameDelay = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        using var stream = new MemoryStream();
        Writer(frames, delay, lastFrameDelay)(stream);
        return stream.ToArray();
    }

    // Everything is checked before anything is written.
    private static Action<Stream> Writer(IEnumerable<Picture> frames, TimeSpan delay, TimeSpan? lastFrameDelay)
    {
        var (units, lastUnits) = (UnitsOf(delay, nameof(delay)), UnitsOf(lastFrameDelay ?? delay, nameof(lastFrameDelay)));

        var (width, height, count) = (0, 0, 0);
        var histogram = new ColorHistogram();
        foreach (var frame in frames)
        {
            if (count++ == 0)
                (width, height) = (frame.Width, frame.Height);
            if ((frame.Width, frame.Height) != (width, height))
                throw new ArgumentException($"Frame {count} is {frame.Width}×{frame.Height}, the first is {width}×{height}: all frames of an animation have one size", nameof(frames));
            histogram.Add(frame);
        }
        if (count == 0)
            throw new ArgumentException("There are no frames to animate", nameof(frames));
        if (Math.Max(width, height) > ushort.MaxValue)
            throw new ArgumentException($"The frames are {width}×{height}; a side of a GIF has at most {ushort.MaxValue} pixels", nameof(frames));

        var palette = GifPalette.For(histogram);
        return stream =>
        {
            var gif = new GifWriter(stream, width, height, palette);
            var written = 0;
            foreach (var frame in frames)
                gif.Write(frame, ++written == count ? lastUnits : units);
            gif.Finish();
        };
    }

    private static ushort UnitsOf(TimeSpan time, string parameter)
    {
        var units = Math.Round((double)time.Ticks / TicksPerUnit);
        return units is >= 1 and <= ushort.MaxValue
            ? (ushort)units
            : throw new ArgumentOutOfRangeException(parameter, time, "A frame is shown for 10 ms to 655.35 s");
    }
}

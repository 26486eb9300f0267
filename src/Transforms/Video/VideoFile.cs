namespace MLNetGen;

/// <summary>Videos, frame by frame, through the programs <c>ffmpeg</c> and <c>ffprobe</c>, which must be installed.</summary>
public static class VideoFile
{
    private static readonly string[] Extensions = [".mp4", ".m4v", ".mov", ".mkv"];

    /// <summary>Whether <c>ffmpeg</c> and <c>ffprobe</c> are installed.</summary>
    public static bool IsAvailable => FfmpegProcess.IsInstalled();

    /// <summary>Asks what a video holds.</summary>
    /// <param name="path">Any file that ffmpeg reads.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or ffmpeg is not installed; says how to install it.</exception>
    /// <exception cref="InvalidDataException">It is no video.</exception>
    public static VideoInfo Describe(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return VideoProbe.Read(path);
    }

    /// <summary>Reads a video's frames in order, one at a time; none is written to disk.</summary>
    /// <param name="path">Any file that ffmpeg reads.</param>
    /// <returns>
    /// Red, green, blue pictures of one size, the one that the video begins with, upright, evenly spaced in time: where a video's are not, some
    /// come twice or not at all.
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file, or ffmpeg is not installed; says how to install it.</exception>
    /// <exception cref="InvalidDataException">It is no video, or it breaks off.</exception>
    public static IEnumerable<Picture> ReadFrames(string path)
    {
        using var reader = new FrameReader(path, Describe(path));
        for (var frame = 0; reader.Next(frame) is { } picture; frame++)
            yield return picture;
    }

    /// <summary>Makes a video of another: every frame goes through a function, the sound is kept as it is.</summary>
    /// <remarks>
    /// Written as H.264 beside <paramref name="output"/>, as <c>NAME.partial.mkv</c>, which plays even after a power cut. When all
    /// frames are there, the sound joins them under the final name. When it is interrupted, the frames finished and
    /// their part of the sound stay as <c>NAME.partial.EXTENSION</c>. Where files of these names are there already, it is
    /// <c>NAME.partial-2</c>, and so on: no other file than <paramref name="output"/> is ever written over. That the sound fits the output
    /// is tried before the first frame.
    /// </remarks>
    /// <param name="input">Any file that ffmpeg reads.</param>
    /// <param name="output">File name ending in <c>.mp4</c>, <c>.m4v</c>, <c>.mov</c> or <c>.mkv</c>; missing folders are made. Any sound fits in <c>.mkv</c>.</param>
    /// <param name="map">Is given the frames in order; what it returns must be of one size, which need not be theirs.</param>
    /// <param name="progress">Is told of every frame.</param>
    /// <param name="cancellationToken">Ends it after the frame at work.</param>
    /// <exception cref="ArgumentException">The output's name ends otherwise, is the input's, or <paramref name="map"/> returns pictures of different sizes.</exception>
    /// <exception cref="FileNotFoundException">There is no such file, or ffmpeg is not installed; says how to install it.</exception>
    /// <exception cref="InvalidDataException">
    /// The input is no video, its sound does not fit the output, or it breaks off; says where the finished frames lie.
    /// </exception>
    /// <exception cref="IOException">The output cannot be written; says why in ffmpeg's words.</exception>
    /// <exception cref="VideoInterruptedException">It was cancelled; says where the finished frames lie.</exception>
    public static VideoReport Map(
        string input, string output, Func<Picture, Picture> map, IProgress<VideoProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(input);
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        ArgumentNullException.ThrowIfNull(map);
        if (!Extensions.Contains(Path.GetExtension(output), StringComparer.OrdinalIgnoreCase))
            throw new ArgumentException($"'{output}' must end in {string.Join(", ", Extensions)}: other kinds of video are not written", nameof(output));
        if (string.Equals(Path.GetFullPath(input), Path.GetFullPath(output), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"'{output}' is the video that is read; choose another name", nameof(output));
        return new VideoMapping(input, output, VideoProbe.Read(input), map, progress, cancellationToken).Run();
    }
}

/// <summary>How far a video is.</summary>
/// <param name="Frames">Frames that are done.</param>
/// <param name="Total">Frames in all, or about; null where the file does not say.</param>
public sealed record VideoProgress(int Frames, int? Total);

/// <summary>What became of a video.</summary>
/// <param name="Frames">Frames written.</param>
/// <param name="Complaints">What ffmpeg complained of while reading, such as a damaged frame; empty when it did not.</param>
public sealed record VideoReport(int Frames, string Complaints);

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

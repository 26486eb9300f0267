namespace MLNetGen;

/// <summary>A video's frames through a pipe from ffmpeg, upright, evenly spaced in time, all of the size that the video begins with.</summary>
internal sealed class FrameReader(string path, VideoInfo info) : IDisposable
{
    private readonly FfmpegProcess process = FfmpegProcess.Start("ffmpeg",
        "-nostdin", "-v", "error", "-protocol_whitelist", "file", "-i", VideoProbe.FileName(path), "-map", "0:V:0",
        "-vf", $"fps={info.FrameRate},scale={info.Width}:{info.Height}", "-sws_flags", "bicubic+accurate_rnd+full_chroma_int", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1");

    /// <summary>What ffmpeg complained of, once the frames have ended.</summary>
    public string Complaints => process.Complaints;

    /// <summary>The next frame; null after the last.</summary>
    /// <exception cref="InvalidDataException">The video breaks off; says where.</exception>
    /// <exception cref="OperationCanceledException">ffmpeg was interrupted.</exception>
    public Picture? Next(int frame)
    {
        var pixels = new byte[info.Width * info.Height * 3];
        var read = process.Output.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false);
        if (read == pixels.Length)
            return new Picture(info.Width, info.Height, 3, pixels);
        if (process.WasInterrupted())
            throw new OperationCanceledException();
        if (process.Wait() != 0)
            throw new InvalidDataException($"'{path}' cannot be read beyond frame {frame}: {FfmpegProcess.Shorten(process.Complaints)}");
        return read == 0 ? null : throw new InvalidDataException(
            $"'{path}' ends with {read} bytes after frame {frame}, where a frame of {info.Width}×{info.Height} has {pixels.Length}: ffmpeg gives frames of another size");
    }

    public void Dispose() => process.Dispose();
}

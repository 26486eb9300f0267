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

/// <summary>Frames through a pipe to ffmpeg, into a Matroska file, which plays up to where it was written.</summary>
internal sealed class FrameWriter : IDisposable
{
    private readonly FfmpegProcess process;
    private readonly string path;
    private readonly int width, height;

    /// <param name="path">The file, ending in .mkv.</param>
    /// <param name="first">The first frame, which is not written yet.</param>
    /// <param name="like">Frame rate and pixel form.</param>
    public FrameWriter(string path, Picture first, VideoInfo like)
    {
        (this.path, width, height) = (path, first.Width, first.Height);
        // Colours at half the resolution, as all players take them, need even sizes.
        var format = width % 2 == 0 && height % 2 == 0 ? "yuv420p" : "yuv444p";
        process = FfmpegProcess.Start("ffmpeg",
            "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", $"{width}x{height}", "-r", like.FrameRate, "-i", "pipe:0",
            // Told in the file, so that no player guesses.
            "-vf", $"scale=out_color_matrix=bt709:out_range=tv,format={format},setsar={like.PixelAspect.Replace(':', '/')}",
            "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
            "-sws_flags", "bicubic+accurate_rnd+full_chroma_int", "-c:v", "libx264", "-preset", "medium", "-crf", "18", VideoProbe.FileName(path));
    }

    /// <exception cref="ArgumentException">The frame has another size than the first.</exception>
    /// <exception cref="IOException">ffmpeg has ended; says why.</exception>
    /// <exception cref="OperationCanceledException">ffmpeg was interrupted.</exception>
    public void Write(Picture frame)
    {
        if (frame.Width != width || frame.Height != height)
            throw new ArgumentException($"The first frame became {width}×{height}, this one {frame.Width}×{frame.Height}; a video's frames have one size", nameof(frame));
        try
        {
            process.Input.Write(PictureColors.ToRgb(frame).Pixels);
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>Ends the file.</summary>
    /// <exception cref="IOException">It could not be written; says why.</exception>
    /// <exception cref="OperationCanceledException">ffmpeg was interrupted.</exception>
    public void Finish()
    {
        Close();
        if (process.Wait() != 0)
            throw Failed(null);
    }

    /// <summary>Ends the file as well as it can be.</summary>
    public void FinishQuietly()
    {
        Close();
        process.Wait();
    }

    public void Dispose() => process.Dispose();

    private void Close()
    {
        try
        {
            process.Input.Close();
        }
        catch (IOException)
        {
            // It has ended: its exit code tells.
        }
    }

    private Exception Failed(Exception? cause) => process.WasInterrupted()
        ? new OperationCanceledException(null, cause)
        : new IOException($"ffmpeg could not write '{path}': {FfmpegProcess.Shorten(process.Complaints)}", cause);
}

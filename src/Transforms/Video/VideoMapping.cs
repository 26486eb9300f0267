using System.Globalization;

namespace MLNetGen;

/// <summary>One video on its way to another.</summary>
internal sealed class VideoMapping(
    string input, string output, VideoInfo info, Func<Picture, Picture> map, IProgress<VideoProgress>? progress, CancellationToken cancellationToken)
{
    // Without sound, which joins at the end. Not hidden: it is what is left after a power cut.
    private string? silent;
    private FrameWriter? writer;
    private int frames;

    public VideoReport Run()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
        TrySound();
        using var reader = new FrameReader(input, info);
        try
        {
            WriteFrames(reader);
            Join(output, partial: false);
        }
        catch (Exception e)
        {
            var kept = Keep();
            var where = kept is null ? "" : $"; the first {frames} frames are kept in '{kept}'";
            // ffmpeg may have met Ctrl-C before we did: the terminal tells all programs.
            if (e is OperationCanceledException || cancellationToken.IsCancellationRequested)
                throw new VideoInterruptedException($"'{output}' was interrupted{where}", kept, frames, cancellationToken);
            switch (e)
            {
                case InvalidDataException: throw new InvalidDataException(e.Message + where, e);
                case IOException: throw new IOException(e.Message + where, e);
                default: throw;
            }
        }
        finally
        {
            writer?.Dispose();
        }

        File.Delete(silent!);
        return new VideoReport(frames, reader.Complaints);
    }

    private void WriteFrames(FrameReader reader)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (reader.Next(frames) is { } frame)
        {
            var mapped = map(frame);
            writer ??= new FrameWriter(silent = FreeName(), mapped, info);
            writer.Write(mapped);
            frames++;
            progress?.Report(new VideoProgress(frames, info.FrameCount));
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (writer is null)
            throw new InvalidDataException($"'{input}' has no frames{(reader.Complaints.Length == 0 ? "" : $": {FfmpegProcess.Shorten(reader.Complaints)}")}");
        writer.Finish();
    }

    // The frames that are finished, with their part of the sound; null where there are none.
    private string? Keep()
    {
        writer?.FinishQuietly();
        if (silent is null)
            return null;
        if (frames == 0)
        {
            File.Delete(silent);
            return null;
        }

        var kept = Path.ChangeExtension(silent, Path.GetExtension(output));
        try
        {
            Join(kept, partial: true);
            if (kept != silent)
                File.Delete(silent);
            return kept;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // It plays without sound, too.
            return silent;
        }
    }

    // An earlier run's frames stay, and so does an input of such a name. What is free is taken at once, before another run finds it free.
    private string FreeName()
    {
        for (var i = 1; ; i++)
        {
            var name = Path.ChangeExtension(Path.GetFullPath(output), i == 1 ? ".partial" : $".partial-{i}");
            if (File.Exists(name + Path.GetExtension(output)))
                continue;
            try
            {
                using var taken = new FileStream(name + ".mkv", FileMode.CreateNew);
                return name + ".mkv";
            }
            catch (IOException) when (File.Exists(name + ".mkv"))
            {
                // The next one.
            }
        }
    }

    // Not after hours of painting.
    private void TrySound()
    {
        if (!info.HasAudio)
            return;
        var folder = Directory.CreateTempSubdirectory("mlnetgen-sound-");
        try
        {
            FfmpegProcess.Run(
                "ffmpeg", $"The sound of '{input}' does not go into '{output}' (.mkv takes any sound)",
                "-nostdin", "-v", "error", "-protocol_whitelist", "file", "-i", VideoProbe.FileName(input), "-map", "0:a", "-t", "1", "-c", "copy",
                VideoProbe.FileName(Path.Combine(folder.FullName, "sound" + Path.GetExtension(output))));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void Join(string path, bool partial) => SafeFile.Write(path, temporary => FfmpegProcess.Run(
        "ffmpeg", $"The frames are finished, but do not go with the sound of '{input}' into '{path}' (.mkv takes any sound)",
        [
            "-nostdin", "-v", "error", "-y", "-itsoffset", Invariant(info.Delay), "-i", VideoProbe.FileName(silent!),
            "-protocol_whitelist", "file", "-i", VideoProbe.FileName(input), "-map", "0:v", "-map", "1:a?", "-map_metadata", "1", "-c", "copy",
            .. partial ? ["-t", Invariant(info.Delay + frames / info.FramesPerSecond)] : Array.Empty<string>(), VideoProbe.FileName(temporary),
        ]));

    private static string Invariant(double seconds) => seconds.ToString("F6", CultureInfo.InvariantCulture);
}

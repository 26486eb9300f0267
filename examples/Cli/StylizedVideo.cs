using System.Globalization;

namespace MLNetGen.Cli;

/// <summary>Repaints a video, or a folder of its frames, in order.</summary>
internal static class StylizedVideo
{
    private static readonly string[] Extensions = [".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi"];

    public static bool IsVideo(string path) => File.Exists(path) && Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    public static int Paint(StyleModel network, StylizeOptions options, string input, int longest, string? output, CancellationToken cancel)
    {
        bool frames = Directory.Exists(input);
        string target = output ?? (frames
            ? Path.TrimEndingDirectorySeparator(input) + "-stylized"
            : Path.Combine(Path.GetDirectoryName(input)!, $"{Path.GetFileNameWithoutExtension(input)}-stylized.mp4"));
        Picture Frame(Picture picture) => network.Stylize(
            longest > 0 && Math.Max(picture.Width, picture.Height) > longest ? PictureResize.ToLongerSide(picture, longest) : picture, options, cancellationToken: cancel);
        try
        {
            int count = TrainingDisplay.Show("painting", (step, _) =>
            {
                DirectProgress progress = new(done => step(() => new TrainingPosition(
                    done.Frames, done.Total ?? done.Frames, string.Create(CultureInfo.InvariantCulture, $"frame {done.Frames}{(done.Total is { } total ? $" of {total}" : "")}"))));
                return frames ? FrameFolder.Map(input, target, Frame, progress, cancel) : VideoFile.Map(input, target, Frame, progress, cancel).Frames;
            });
            Console.WriteLine($"{count} frames are in {target}");
            return 0;
        }
        catch (OperationCanceledException e)
        {
            Console.Error.WriteLine($"mlnetgen: {(e is VideoInterruptedException ? e.Message : $"stopped; the frames painted are in {target}")}");
            return Failure.Interrupted;
        }
    }

    // Progress<T> posts to other threads, in any order.
    private sealed class DirectProgress(Action<VideoProgress> report) : IProgress<VideoProgress>
    {
        public void Report(VideoProgress value) => report(value);
    }
}

using System.Globalization;

namespace MLNetGen.Cli;

/// <summary>Repaints a video, or a folder of its frames, in order.</summary>
internal static class StylizedVideo
{
    private static readonly string[] Extensions = [".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi"];

    // Whose usual sound fits in a file of the same kind; any sound fits in .mkv.
    private static readonly string[] KeptExtensions = [".mp4", ".m4v", ".mov"];

    public static bool IsVideo(string path) => File.Exists(path) && Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    public static int Paint(StyleModel network, StylizeOptions options, string input, int longest, string? output, CancellationToken cancel)
    {
        bool frames = Directory.Exists(input);
        string target = output ?? (frames
            ? Path.TrimEndingDirectorySeparator(input) + "-stylized"
            : VideoTarget(input));
        Picture Frame(Picture picture) => network.Stylize(frames ? StylizedPictures.Shrink(picture, longest) : Shrink(picture, longest), options, cancellationToken: cancel);
        try
        {
            int count = TrainingDisplay.Show("painting", (step, _) =>
            {
                DirectProgress<VideoProgress> progress = new(done => step(() => new TrainingPosition(
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

    // Where a video goes that is given no name.
    private static string VideoTarget(string input)
    {
        string extension = KeptExtensions.FirstOrDefault(kept => kept.Equals(Path.GetExtension(input), StringComparison.OrdinalIgnoreCase)) ?? ".mkv";
        return Path.Combine(Path.GetDirectoryName(input)!, $"{Path.GetFileNameWithoutExtension(input)}-stylized{extension}");
    }

    // At most so long, in even sides: odd ones need colours at full resolution, which most players refuse.
    private static Picture Shrink(Picture picture, int longest)
    {
        int longer = Math.Max(picture.Width, picture.Height);
        if (longest <= 0 || longer <= longest)
            return picture;
        double scale = (double)(longest - longest % 2) / longer;
        return PictureResize.To(picture, Even(picture.Width * scale), Even(picture.Height * scale));
    }

    private static int Even(double side) => 2 * Math.Max(1, (int)Math.Round(side / 2));
}

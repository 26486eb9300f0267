using System.CommandLine;
using System.Globalization;

namespace MLNetGen.Cli.Commands;

internal static class StylizeCommand
{
    public static Command Create()
    {
        Argument<string[]> pictures = new("pictures") { Description = "Picture files and folders of them, or one video", Arity = ArgumentArity.OneOrMore };
        Option<string?> model = new Option<string?>("--model")
        {
            Description = $"A run of train style, its style.onnx, or one that comes with the program: {string.Join(", ", BuiltInStyles.Names)}",
            Required = true,
        }.OfStyle();
        Option<string?> output = new("--out") { Description = "A folder, or a .png where there is one picture; unset: NAME-stylized.png beside each picture" };
        Option<double> strength = new("--strength") { Description = "0: the picture itself, 1: the painting", DefaultValueFactory = _ => 1 };
        // Not several arguments: it would take the pictures for styles.
        Option<string?> mix = new("--mix") { Description = "Of a network of several styles: wave=0.7,the_scream=0.3; unset: the first one" };
        Option<KeptColors> keepColors = KeptColorsFlag.Create();
        Option<string?> mask = new("--mask") { Description = "A picture: white is painted, black stays" };
        Option<int> longest = new Option<int>("--size") { Description = "Shrink pictures to this longer side first; 0: as they are. Smaller pictures get larger strokes" }.AtLeast(0);
        Option<int> tile = new("--tile") { Description = "Height and width of a tile of a large picture", DefaultValueFactory = _ => new StylizeOptions().TileSize };
        Option<bool> frames = new("--frames") { Description = "The folder holds a video's frames: painted in order, into another folder" };
        Option<int> threads = new("--threads") { Description = "Processor cores to use; 0: all" };
        Command command = new("stylize", "Repaint pictures with a style network") { pictures, model, output, strength, mix, keepColors, mask, longest, tile, frames, threads };
        command.SetWork((parsed, cancel) =>
        {
            using StyleModel network = StyleModel.Open(parsed.GetValue(model)!, parsed.GetValue(threads));
            StylizeOptions options = new()
            {
                Strength = parsed.GetValue(strength),
                StyleWeights = Mixture(parsed.GetValue(mix), network.Styles),
                KeptColors = parsed.GetValue(keepColors),
                Mask = parsed.GetValue(mask) is { } path ? PictureFile.Read(path) : null,
                TileSize = parsed.GetValue(tile),
            };
            string[] inputs = parsed.GetValue(pictures)!;
            if (parsed.GetValue(frames) || inputs.Any(StylizedVideo.IsVideo))
            {
                return inputs.Length == 1
                    ? StylizedVideo.Paint(network, options, inputs[0], parsed.GetValue(longest), parsed.GetValue(output), cancel)
                    : throw new ArgumentException($"a video, or a folder of frames, is painted alone, and {inputs.Length} paths are named: call the command for each.");
            }
            return StylizedPictures.Paint(network, options, inputs, parsed.GetValue(longest), parsed.GetValue(output), cancel);
        });
        return command;
    }

    private static double[]? Mixture(string? mix, IReadOnlyList<string> styles)
    {
        if (mix is null)
            return null;
        double[] weights = new double[styles.Count];
        foreach (string part in mix.Split(','))
        {
            string[] pair = part.Split('=');
            int style = styles.ToList().IndexOf(pair[0]);
            double weight = 1;
            if (style < 0 || pair.Length > 2 || (pair.Length == 2 && !double.TryParse(pair[1], CultureInfo.InvariantCulture, out weight)))
                throw new ArgumentException($"--mix has '{part}'; it must be one of {string.Join(", ", styles)}, and a weight, as {styles[0]}=0.5.");
            weights[style] = weight;
        }
        return weights;
    }
}

/// <summary>Repaints files one by one; what cannot be read is named and left out.</summary>
internal static class StylizedPictures
{
    public static int Paint(StyleModel network, StylizeOptions options, string[] paths, int longest, string? output, CancellationToken cancel) => EachPicture.Make(
        "painting", "painted", PictureTargets.Of(paths, output, "stylized"), new ImageFolderOptions().MaximumPixels,
        (picture, progress) => network.Stylize(Shrink(picture, longest), options, progress, cancel), cancel);

    /// <summary>At most so long; 0: as it is.</summary>
    internal static Picture Shrink(Picture picture, int longest) =>
        longest > 0 ? PictureResize.ToLongerSideAtMost(picture, longest) : picture;
}

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
            JsonOutput.Add("frames", count);
            JsonOutput.Wrote(target);
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

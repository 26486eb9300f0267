using Microsoft.ML.Data;

namespace MLNetGen.Style;

/// <summary>The pictures of a painting at the sizes at which they are compared.</summary>
/// <param name="Width">Of the painting.</param>
/// <param name="Height">Of the painting.</param>
/// <param name="Content">The photograph at that size; null where there is none.</param>
/// <param name="Style">At its own size, in the colours it is to give; null where there is none.</param>
/// <param name="Start">A given picture to paint over.</param>
/// <param name="Mask">Where to paint.</param>
internal sealed record PaintingPictures(int Width, int Height, Picture? Content, Picture? Style, Picture? Start, Picture? Mask)
{
    // A photograph of 12 megapixels before a VGG-19 would need tens of gigabytes.
    private const int SizeWithoutPhotograph = 256, LargestUnasked = 512;

    /// <exception cref="ArgumentException">There is neither content nor style, a mask without a photograph, or a picture that is too small.</exception>
    public static PaintingPictures Prepare(MLImage? content, MLImage? style, PaintingOptions options, LossNetwork network)
    {
        if (content is null && style is null)
            throw new ArgumentException("There is neither a content picture nor a style picture: give one of them at least.");
        if (options.Mask is not null && content is null)
            throw new ArgumentException("There is a mask and no content picture, which would show where nothing is painted: give one.");
        if (options.KeptColors != KeptColors.None && content is null)
            throw new ArgumentException($"{nameof(options.KeptColors)} is {options.KeptColors}, and there is no content picture to take colours from: give one.");

        Picture? photograph = FromImage(content);
        if (photograph is not null)
            photograph = options.Size is { } size ? PictureResize.ToLongerSide(photograph, size) : PictureResize.ToLongerSideAtMost(photograph, LargestUnasked);
        int square = options.Size ?? SizeWithoutPhotograph;
        (int width, int height) = photograph is null ? (square, square) : (photograph.Width, photograph.Height);
        Check(width, height, photograph is null ? "the painting" : "the content picture", $"give a larger {nameof(options.Size)}");

        Picture? painting = FromImage(style);
        if (painting is not null)
        {
            Check(painting.Width, painting.Height, "the style picture", "give a larger one");
            painting = PictureResize.ToLongerSide(painting, Math.Max(1, (int)Math.Round(Math.Max(width, height) * options.StyleScale)));
            Check(painting.Width, painting.Height, "the style picture", $"give a larger {nameof(options.StyleScale)} or {nameof(options.Size)}");
            if (options.KeptColors == KeptColors.Matched) painting = ColorMatching.MatchMeanAndCovariance(painting, photograph!);
        }

        return new(width, height, photograph, painting, At(FromImage(options.StartPicture), width, height), At(FromImage(options.Mask), width, height));

        void Check(int width, int height, string what, string remedy) =>
            StylePictures.CheckSize(width, height, network.SmallestSide, what, $"the loss network ({network.Description})", remedy);
    }

    private static Picture? FromImage(MLImage? image) => image is null ? null : Picture.FromImage(image);

    private static Picture? At(Picture? picture, int width, int height) => picture is null ? null : PictureResize.To(picture, width, height);
}

/// <summary>How the painting came about: pictures in the workspace, and an animation of them.</summary>
internal sealed class PaintingSnapshots(string workspace, int interval, int iterations, Func<Picture, Picture> finished)
{
    private const int LongestSide = 480, MostFrames = 40;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(120), LastDelay = TimeSpan.FromSeconds(2);

    private readonly List<(int Iteration, string Path, Picture Small)> taken = [];

    public IReadOnlyList<(string Label, string PngPath)> Frames => [.. taken.Select(one => ($"iteration {one.Iteration}", one.Path))];

    /// <summary>Removes what an earlier painting left, which may have been a longer one, and finds out before hours of painting whether files can be written.</summary>
    /// <exception cref="IOException">They cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static void Begin(string workspace)
    {
        string folder = FolderIn(workspace), probe = Path.Combine(workspace, ".probe");
        SafeFile.WriteAllText(probe, "");
        File.Delete(probe);
        foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder, "iteration-*.png") : [])
            File.Delete(path);
        File.Delete(Path.Combine(workspace, PaintingReport.AnimationName));
    }

    /// <summary>At the start, after every interval and at the end.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Take(int iteration, Canvas canvas)
    {
        if (iteration % interval != 0 && iteration != iterations) return;
        Picture picture = finished(canvas.ToPicture());
        string path = Path.Combine(FolderIn(workspace), $"iteration-{iteration:D5}.png");
        picture.Save(path);
        taken.Add((iteration, path, PictureShrink.ToFit(picture, LongestSide, LongestSide)));
    }

    public void SaveAnimation(string path)
    {
        if (taken.Count < 2) return;
        PictureAnimation.SaveGif(path, [.. EvenChoice.Of(taken.Count, MostFrames).Select(place => taken[place].Small)], Delay, LastDelay);
    }

    private static string FolderIn(string workspace) => Path.Combine(workspace, "snapshots");
}

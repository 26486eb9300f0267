namespace MLNetGen.Style;

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

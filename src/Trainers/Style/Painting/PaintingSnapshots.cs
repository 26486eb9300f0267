namespace MLNetGen.Style;

/// <summary>How the painting came about: pictures in the workspace, and an animation of them.</summary>
internal sealed class PaintingSnapshots(string workspace, int interval, int iterations, Func<Picture, Picture> finished)
{
    private const int LongestSide = 480, MostFrames = 40;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(120), LastDelay = TimeSpan.FromSeconds(2);

    private readonly List<(int Iteration, string Path, Picture Small)> taken = [];

    public IReadOnlyList<(string Label, string PngPath)> Frames => [.. taken.Select(one => ($"iteration {one.Iteration}", one.Path))];

    /// <summary>At the start, after every interval and at the end.</summary>
    public void Take(int iteration, Canvas canvas)
    {
        if (iteration % interval != 0 && iteration != iterations) return;
        Picture picture = finished(canvas.ToPicture());
        string path = Path.Combine(workspace, "snapshots", $"iteration-{iteration:D5}.png");
        picture.Save(path);
        taken.Add((iteration, path, PictureShrink.ToFit(picture, LongestSide, LongestSide)));
    }

    public void SaveAnimation(string path)
    {
        if (taken.Count < 2) return;
        PictureAnimation.SaveGif(path, [.. EvenChoice.Of(taken.Count, MostFrames).Select(place => taken[place].Small)], Delay, LastDelay);
    }
}

using Microsoft.ML.Data;

namespace MLNetGen.Gan;

/// <summary>The snapshots of a run as one: <c>samples.gif</c>, and <c>samples-sheet.png</c>, 5×4 of them with their steps.</summary>
internal static class GanFilm
{
    private const int Columns = 5, Rows = 4, MostFrames = 60;
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(200), LastFrameTime = TimeSpan.FromSeconds(2);

    public static void Save(string folder, int lastStep)
    {
        IReadOnlyList<(string Label, string PngPath)> snapshots = GanSnapshots.UpTo(folder, lastStep);
        if (snapshots.Count == 0)
            return;
        PictureAnimation.SaveGif(Path.Combine(folder, "samples.gif"), EvenChoice.Of(snapshots.Count, MostFrames).Select(i => Read(snapshots[i].PngPath)), FrameTime, LastFrameTime);
        ContactSheet.Save(
            Path.Combine(folder, "samples-sheet.png"),
            [.. EvenChoice.Of(snapshots.Count, Columns * Rows).Select(i => (Read(snapshots[i].PngPath), $"Step: {snapshots[i].Label["step ".Length..]}"))],
            Columns);
    }

    private static Picture Read(string path)
    {
        using MLImage image = MLImage.CreateFromFile(path);
        return Picture.FromImage(image);
    }
}

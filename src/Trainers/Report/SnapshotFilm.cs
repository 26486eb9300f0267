namespace MLNetGen;

/// <summary>Pictures that a run left as it went on, all as one: a film, and a sheet with the steps of some.</summary>
internal static class SnapshotFilm
{
    private const int SheetColumns = 5, SheetRows = 4, MaxFrames = 60;
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(200), LastFrameTime = TimeSpan.FromSeconds(2);

    /// <summary>Writes <c>samples.gif</c> and <c>samples-sheet.png</c>; neither of no pictures.</summary>
    /// <returns>What to say where they cannot be made; null where they were.</returns>
    public static string? Save(string folder, IReadOnlyList<(int Step, string Path)> samples) => samples.Count == 0 ? null : OptionalPicture.Try("the film of the snapshots is missing", () =>
    {
        PictureAnimation.SaveGif(Path.Combine(folder, "samples.gif"), EvenChoice.Of(samples.Count, MaxFrames).Select(i => PictureFile.Read(samples[i].Path)), FrameTime, LastFrameTime);
        ContactSheet.Save(
            Path.Combine(folder, "samples-sheet.png"),
            [.. EvenChoice.Of(samples.Count, SheetColumns * SheetRows).Select(i => (PictureFile.Read(samples[i].Path), $"Step: {samples[i].Step}"))],
            SheetColumns);
    });
}
